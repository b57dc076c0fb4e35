//! Carrying out one action: approved lines on a shell of their own, then the read-back that alone
//! decides what became of it. Nothing is ever sent twice.

use std::time::Duration;

use super::{online::Online, request::NotSent};
use crate::{
    appliance::{
        client::{Client, Outcome, Performed, ReplicationReply, Seen},
        gate::Approved,
        shell::ShellError,
    },
    run::{ActionId, ActionKind, ActionPlan, ActionState, Event, Reading, ReplicationState},
};

/// Readings of the state after an action, and the time between two.
const READ_BACK_READINGS: u32 = 3;
// Three readings span eight seconds; what takes longer is shown by the periodic reading.
const READING_INTERVAL: Duration = Duration::from_secs(4);

/// Connections over which an action is read back before it is given up as unknown.
const MAX_READ_BACK_CONNECTIONS: u32 = 3;

/// An action that was sent, or may have been, and has not been read back.
#[derive(Clone, Debug)]
pub(super) struct PendingReadBack {
    pub(super) id: ActionId,
    pub(super) action: ActionKind,
    /// What happened, as the beginning of a sentence.
    pub(super) reason: String,
    /// Connections over which it was to be read back in vain.
    pub(super) tries: u32,
}

/// What one reading of the state shows about an action.
enum Verdict {
    Settled(ActionState),
    /// The state is another than the wanted one, in words.
    Different(String),
    /// The reading does not show it, and why.
    Unclear(String),
}

/// What the appliance replied when the action was sent, or how the sending failed.
struct SendResponse {
    /// The words with which it refused the line that changes something.
    refused: Option<String>,
    /// Anything else, as the beginning of a sentence.
    remark: Option<String>,
}

impl SendResponse {
    fn lost(reason: String) -> Self {
        Self { refused: None, remark: Some(reason) }
    }

    fn before(&self, words: &str) -> String {
        let said = self.refused.as_deref().or(self.remark.as_deref());
        said.map_or_else(|| words.to_owned(), |said| format!("{said}; {words}"))
    }

    /// What the last of the readings makes of the action. It was rejected only where the appliance refused
    /// the line and the state is the one before; where it took the line and shows the old state, it may
    /// still be at it, or the words mean something else.
    fn outcome(&self, latest: Verdict) -> ActionState {
        match latest {
            Verdict::Settled(state) => state,
            Verdict::Different(words) => match &self.refused {
                Some(refused) => ActionState::Rejected { reason: refused.clone() },
                None => ActionState::Unknown { reason: self.before(&words) },
            },
            Verdict::Unclear(words) => ActionState::Unknown {
                reason: self.before(&format!("the read-back does not show the outcome: {words}")),
            },
        }
    }
}

/// Sends `plan` and reads its effect back. `Some`: contact was lost before that could be done.
///
/// The request is forced to disk before it comes here (`Event::ActionRequested`), so that whatever happens from
/// here on, the record shows that the lines may have been sent.
pub(super) async fn act(online: &Online<'_>, id: ActionId, plan: &ActionPlan) -> Option<PendingReadBack> {
    let Prepared { mut client, change, entered } = match prepare(online, id, plan).await {
        Ok(prepared) => prepared,
        Err(reason) => {
            settle(online, id, ActionState::Rejected { reason: format!("nothing was sent: {reason}") }).await;
            return None;
        }
    };
    let performed = client.perform(&change).await;
    // What was typed before the change as well: `enable` and the replies to it belong to
    // the record of the action.
    let sent = [entered.sent, performed.sent].concat();
    let answer = [entered.answer, performed.answer].concat();
    let remark = match &performed.outcome {
        Outcome::Sent { remark, .. } => remark.clone(),
        _ => None,
    };
    // On record before the read-back, which may fail: it has to show what was typed.
    online.emitter.event(Event::ActionSent { id, sent, answer, remark }).await;
    let action = plan.action;
    match performed.outcome {
        Outcome::NotSent { reason } => {
            let reason = format!("the line that changes something was not sent: {reason}");
            settle(online, id, ActionState::Rejected { reason }).await;
            None
        }
        Outcome::Sent { refused, remark } => {
            read_back(online, Some(client), id, action, SendResponse { refused, remark }, 0).await
        }
        Outcome::Lost { reason } => read_back(online, None, id, action, SendResponse::lost(reason), 0).await,
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
/// shell, that it is one of the confirmed appliance and that the consent still holds. The order matters: each
/// check comes as late as it can, so that the least can change between it and the line.
async fn prepare(online: &Online<'_>, id: ActionId, plan: &ActionPlan) -> Result<Prepared, NotSent> {
    // Only the lines that the engineer confirmed word for word, and only as this gate would make them now.
    let lines = online.context().gate.approve(plan)?;
    let mut client = online.appliance.open_unverified().await?;
    let first_change = lines.iter().position(|line| line.kind().is_change()).unwrap_or(lines.len());
    let (entry, change) = lines.split_at(first_change);
    let entered = client.perform(entry).await;
    if let Outcome::NotSent { reason } = entered.outcome {
        return Err(NotSent::NotEntered(reason));
    }
    // Behind one address may be several machines: that another shell has shown the right one proves nothing here.
    let seen = online.appliance.verify(&mut client).await?;
    let Seen { identity, raw } = seen;
    online.emitter.event(Event::Identified { role: online.role, identity, raw }).await;
    // Last: the consent may have been withdrawn, or the run have changed, while all of that took its time. The event
    // above reaches the watch before this question does, so that the watch judges with what was just seen.
    online.confirm_consent(id).await?;
    Ok(Prepared { client, change: change.to_vec(), entered })
}

/// Reads an action back over a new connection, after contact was lost.
pub(super) async fn read_back_late(online: &Online<'_>, pending: PendingReadBack) -> Option<PendingReadBack> {
    let PendingReadBack { id, action, reason, tries } = pending;
    if tries >= MAX_READ_BACK_CONNECTIONS {
        let reason = format!("{reason}, and it could not be read back since");
        settle(online, id, ActionState::Unknown { reason }).await;
        return None;
    }
    let left = read_back(online, None, id, action, SendResponse::lost(reason.clone()), tries).await;
    // The first reason stays; otherwise it would grow with every try.
    left.map(|left| PendingReadBack { reason, ..left })
}

/// Reads the state until it is the wanted one, three times over some seconds.
async fn read_back(
    online: &Online<'_>,
    mut client: Option<Client>,
    id: ActionId,
    action: ActionKind,
    said: SendResponse,
    tries: u32,
) -> Option<PendingReadBack> {
    let lost = |detail: &str| PendingReadBack { id, action, reason: said.before(detail), tries: tries + 1 };
    let mut latest = Verdict::Unclear("it was not read".to_owned());
    // The appliance may take seconds to do what it was asked, so the old state proves nothing at first.
    for reading in 0..READ_BACK_READINGS {
        if reading > 0 {
            online.context().clock.sleep(READING_INTERVAL).await;
        }
        // On the shell of the action while that is of use; a new one has to show first whose it is.
        let mut fresh = match client.take().filter(Client::is_usable) {
            Some(client) => client,
            None => match online.appliance.open().await {
                Ok(client) => client,
                Err(_) => return Some(lost("contact was lost before the read-back")),
            },
        };
        match read(online, &mut fresh, action).await {
            // A refused line does not take effect with the start of the service, so the action is not waiting for it.
            Ok(Verdict::Settled(ActionState::AwaitingService)) if said.refused.is_some() => {
                latest = Verdict::Unclear("the service that knows the state does not run".to_owned());
            }
            Ok(Verdict::Settled(state)) => {
                settle(online, id, state).await;
                return None;
            }
            Ok(finding) => latest = finding,
            // No early end: the shell may have died alone, and the next reading opens another.
            Err(_) => latest = Verdict::Unclear("contact was lost during the read-back".to_owned()),
        }
        client = Some(fresh);
    }
    settle(online, id, said.outcome(latest)).await;
    None
}

async fn settle(online: &Online<'_>, id: ActionId, state: ActionState) {
    online.emitter.event(Event::ActionSettled { id, state }).await;
}

/// Reads the state that `action` changes, emits the answer, and compares it with what was wanted.
async fn read(online: &Online<'_>, client: &mut Client, action: ActionKind) -> Result<Verdict, ShellError> {
    match action {
        ActionKind::Pause => read_replication(online, client, ReplicationState::Paused).await,
        ActionKind::Resume => read_replication(online, client, ReplicationState::Running).await,
        ActionKind::SetThreads(wanted) => {
            let answer = client.threads().await?;
            let finding = match &answer.reading {
                Reading::Known(threads) if *threads == wanted => Verdict::Settled(ActionState::Confirmed),
                Reading::Known(threads) => {
                    Verdict::Different(format!("the appliance reports {threads} threads, not {wanted}"))
                }
                Reading::ServiceDown => Verdict::Settled(ActionState::AwaitingService),
                other => Verdict::Unclear(unclear_words(other)),
            };
            // On record before the action is settled, so that the run holds the reading by which it was.
            online.emitter.event(Event::ThreadsRead(answer)).await;
            Ok(finding)
        }
    }
}

async fn read_replication(
    online: &Online<'_>,
    client: &mut Client,
    wanted: ReplicationState,
) -> Result<Verdict, ShellError> {
    let ReplicationReply { answer, backlog } = client.replication().await?;
    let finding = match &answer.reading {
        Reading::Known(state) if *state == wanted => Verdict::Settled(ActionState::Confirmed),
        Reading::Known(ReplicationState::Running) => {
            Verdict::Different("the appliance reports that replication runs".to_owned())
        }
        Reading::Known(ReplicationState::Paused) => {
            Verdict::Different("the appliance reports that replication is paused".to_owned())
        }
        other => Verdict::Unclear(unclear_words(other)),
    };
    online.emitter.event(Event::ReplicationRead { answer, backlog }).await;
    Ok(finding)
}

fn unclear_words<T>(reading: &Reading<T>) -> String {
    match reading {
        Reading::Known(_) | Reading::Unreadable => "its answer is not in words the dialect knows".to_owned(),
        Reading::ServiceDown => "the service that knows the state does not run".to_owned(),
        Reading::Refused(words) => format!("the appliance refused the question: {words}"),
    }
}
