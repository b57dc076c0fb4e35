//! Carrying out one action: approved lines on a shell of their own, then the read-back that alone
//! decides what became of it. Nothing is ever sent twice.

use std::time::Duration;

use super::online::Online;
use crate::{
    appliance::{
        client::{Client, Outcome, Performed},
        gate::Approved,
        shell::ShellError,
    },
    run::{ActionId, ActionKind, ActionPlan, ActionState, Event, Reading, ReplicationState},
};

/// Readings of the state after an action, and the time between two.
const READINGS: u32 = 3;
const BETWEEN_READINGS: Duration = Duration::from_secs(4);

/// Connections over which an action is read back before it is given up as unknown.
const TRIES: u32 = 3;

/// An action that was sent, or may have been, and has not been read back.
#[derive(Clone, Debug)]
pub(super) struct Unsettled {
    pub(super) id: ActionId,
    pub(super) action: ActionKind,
    /// What happened, as the beginning of a sentence.
    pub(super) reason: String,
    /// Connections over which it was to be read back in vain.
    pub(super) tries: u32,
}

/// What one reading says about an action.
enum Finding {
    Settled(ActionState),
    /// The state is another than the wanted one, in words.
    Contrary(String),
    /// The reading says nothing, and why.
    Silent(String),
}

/// What the appliance said when an action was sent, or what happened to it then.
#[derive(Clone, Debug, Default)]
struct Remarks {
    /// The words with which it refused the line that changes something.
    refused: Option<String>,
    /// Anything else, as the beginning of a sentence.
    remark: Option<String>,
}

impl Remarks {
    fn before(&self, words: &str) -> String {
        let said = self.refused.as_deref().or(self.remark.as_deref());
        said.map_or_else(|| words.to_owned(), |said| format!("{said}; {words}"))
    }

    /// What the last of the readings makes of the action. It was rejected only where the appliance refused
    /// the line and the state is the one before; where it took the line and shows the old state, it may
    /// still be at it, or the words mean something else.
    fn outcome(&self, latest: Finding) -> ActionState {
        match latest {
            Finding::Settled(state) => state,
            Finding::Contrary(words) => match &self.refused {
                Some(refused) => ActionState::Rejected { reason: refused.clone() },
                None => ActionState::Unknown { reason: self.before(&words) },
            },
            Finding::Silent(words) => {
                ActionState::Unknown { reason: self.before(&format!("the read-back does not tell: {words}")) }
            }
        }
    }
}

/// Sends `plan` and reads its effect back. `Some`: contact was lost before that could be done.
pub(super) async fn act(online: &Online<'_>, id: ActionId, plan: &ActionPlan) -> Option<Unsettled> {
    let Prepared { mut client, change, entered } = match prepare(online, id, plan).await {
        Ok(prepared) => prepared,
        Err(reason) => {
            settle(online, id, ActionState::Rejected { reason: format!("nothing was sent: {reason}") }).await;
            return None;
        }
    };
    let performed = client.perform(&change).await;
    let sent = [entered.sent, performed.sent].concat();
    let answer = [entered.answer, performed.answer].concat();
    let remark = match &performed.outcome {
        Outcome::Sent { remark, .. } => remark.clone(),
        _ => None,
    };
    online.emitter.event(Event::ActionSent { id, sent, answer, remark }).await;
    let action = plan.action;
    match performed.outcome {
        Outcome::NotSent { reason } => {
            let reason = format!("the line that changes something was not sent: {reason}");
            settle(online, id, ActionState::Rejected { reason }).await;
            None
        }
        Outcome::Nothing => None,
        Outcome::Sent { refused, remark } => {
            read_back(online, Some(client), id, action, Remarks { refused, remark }, 0).await
        }
        Outcome::Lost { reason } => {
            read_back(online, None, id, action, Remarks { remark: Some(reason), ..Remarks::default() }, 0)
                .await
        }
    }
}

/// A shell of the confirmed appliance right before `configure terminal`.
struct Prepared {
    client: Client,
    /// The lines that are still to be typed.
    change: Vec<Approved>,
    /// What the lines before them came to.
    entered: Performed,
}

/// Opens a shell, brings it to where the first changing line comes next, and makes sure, in this very
/// shell, that it is one of the confirmed appliance and that the consent still holds.
async fn prepare(online: &Online<'_>, id: ActionId, plan: &ActionPlan) -> Result<Prepared, String> {
    let lines = online.means().gate.approve(plan).map_err(|refusal| refusal.to_string())?;
    let mut client = online.appliance.open_unverified().await.map_err(|error| error.connection_words())?;
    let first_change = lines.iter().position(|line| line.kind().is_change()).unwrap_or(lines.len());
    let (entry, change) = lines.split_at(first_change);
    let entered = client.perform(entry).await;
    if let Outcome::NotSent { reason } = entered.outcome {
        return Err(reason);
    }
    let seen = online.appliance.verify(&mut client).await.map_err(|error| error.connection_words())?;
    online.identified(seen).await;
    online.leave_to_send(id).await?;
    Ok(Prepared { client, change: change.to_vec(), entered })
}

/// Reads back an action of which contact was lost, over a new connection.
pub(super) async fn read_back_late(online: &Online<'_>, unsettled: Unsettled) -> Option<Unsettled> {
    let Unsettled { id, action, reason, tries } = unsettled;
    if tries >= TRIES {
        let reason = format!("{reason}, and it could not be read back since");
        settle(online, id, ActionState::Unknown { reason }).await;
        return None;
    }
    let said = Remarks { remark: Some(reason.clone()), ..Remarks::default() };
    let left = read_back(online, None, id, action, said, tries).await;
    left.map(|left| Unsettled { reason, ..left })
}

/// Reads the state until it is the wanted one, three times over some seconds.
async fn read_back(
    online: &Online<'_>,
    mut client: Option<Client>,
    id: ActionId,
    action: ActionKind,
    said: Remarks,
    tries: u32,
) -> Option<Unsettled> {
    let lost = |detail: &str| Unsettled { id, action, reason: said.before(detail), tries: tries + 1 };
    let mut latest = Finding::Silent("it was not read".to_owned());
    for reading in 0..READINGS {
        if reading > 0 {
            online.means().clock.sleep(BETWEEN_READINGS).await;
        }
        let mut fresh = match client.take().filter(Client::is_usable) {
            Some(client) => client,
            None => match online.appliance.open().await {
                Ok(client) => client,
                Err(_) => return Some(lost("contact was lost before the read-back")),
            },
        };
        match read(online, &mut fresh, action).await {
            // A line that was refused waits for nothing.
            Ok(Finding::Settled(ActionState::AwaitingService)) if said.refused.is_some() => {
                latest = Finding::Silent("the service that knows the state does not run".to_owned());
            }
            Ok(Finding::Settled(state)) => {
                settle(online, id, state).await;
                return None;
            }
            Ok(finding) => latest = finding,
            Err(_) => latest = Finding::Silent("contact was lost during the read-back".to_owned()),
        }
        client = Some(fresh);
    }
    settle(online, id, said.outcome(latest)).await;
    None
}

async fn settle(online: &Online<'_>, id: ActionId, state: ActionState) {
    online.emitter.event(Event::ActionSettled { id, state }).await;
}

/// Asks for the state that `action` changes, tells the answer, and judges it.
async fn read(online: &Online<'_>, client: &mut Client, action: ActionKind) -> Result<Finding, ShellError> {
    match action {
        ActionKind::Pause => read_replication(online, client, ReplicationState::Paused).await,
        ActionKind::Resume => read_replication(online, client, ReplicationState::Running).await,
        ActionKind::SetThreads(wanted) => {
            let answer = client.threads().await?;
            let finding = match &answer.reading {
                Reading::Known(threads) if *threads == wanted => Finding::Settled(ActionState::Confirmed),
                Reading::Known(threads) => {
                    Finding::Contrary(format!("the appliance reports {threads} threads, not {wanted}"))
                }
                Reading::ServiceDown => Finding::Settled(ActionState::AwaitingService),
                other => Finding::Silent(silent_words(other)),
            };
            online.emitter.event(Event::ThreadsRead(answer)).await;
            Ok(finding)
        }
    }
}

async fn read_replication(
    online: &Online<'_>,
    client: &mut Client,
    wanted: ReplicationState,
) -> Result<Finding, ShellError> {
    let answer = client.replication().await?;
    let finding = match &answer.reading {
        Reading::Known(state) if *state == wanted => Finding::Settled(ActionState::Confirmed),
        Reading::Known(ReplicationState::Running) => {
            Finding::Contrary("the appliance reports that replication runs".to_owned())
        }
        Reading::Known(ReplicationState::Paused) => {
            Finding::Contrary("the appliance reports that replication is paused".to_owned())
        }
        other => Finding::Silent(silent_words(other)),
    };
    online.emitter.event(Event::ReplicationRead(answer)).await;
    Ok(finding)
}

fn silent_words<T>(reading: &Reading<T>) -> String {
    match reading {
        Reading::Known(_) | Reading::Unreadable => "its answer is not in words the dialect knows".to_owned(),
        Reading::ServiceDown => "the service that knows the state does not run".to_owned(),
        Reading::Refused(words) => format!("the appliance refused the question: {words}"),
    }
}
