//! Carrying out one action: approved lines on a shell of their own, then the read-back that alone can
//! confirm it. Nothing is ever sent twice.

use std::time::Duration;

use super::{Online, connection_words};
use crate::{
    appliance::{
        client::{Client, Outcome},
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

/// Sends `plan` and reads its effect back. `Some`: contact was lost before that could be done.
pub(super) async fn act(online: &Online<'_>, id: ActionId, plan: &ActionPlan) -> Option<Unsettled> {
    let reject = async |reason: String| settle(online, id, ActionState::Rejected { reason }).await;
    let lines = match online.means.gate.approve(plan) {
        Ok(lines) => lines,
        Err(refusal) => {
            reject(format!("nothing was sent: {refusal}")).await;
            return None;
        }
    };
    let mut client = match Client::open(online.connection, online.means).await {
        Ok(client) => client,
        Err(error) => {
            reject(format!("nothing was sent: {}", connection_words(&error))).await;
            return None;
        }
    };
    let performed = client.perform(&lines).await;
    let (sent, answer) = (performed.sent, performed.answer);
    online.emitter.event(Event::ActionSent { id, sent, answer }).await;
    let action = plan.action;
    match performed.outcome {
        Outcome::NotSent { reason } => {
            reject(format!("the line that changes something was not sent: {reason}")).await;
            None
        }
        Outcome::Refused { words } => {
            reject(words).await;
            let _ = read(online, &mut client, action).await;
            None
        }
        Outcome::Taken { remark } => read_back(online, Some(client), id, action, remark, 0).await,
        Outcome::Lost { reason } => read_back(online, None, id, action, Some(reason), 0).await,
    }
}

/// Reads back an action of which contact was lost, over a new connection.
pub(super) async fn read_back_late(online: &Online<'_>, unsettled: Unsettled) -> Option<Unsettled> {
    let Unsettled { id, action, reason, tries } = unsettled;
    if tries >= TRIES {
        let reason = format!("{reason}, and it could not be read back since");
        settle(online, id, ActionState::Unknown { reason }).await;
        return None;
    }
    let left = read_back(online, None, id, action, Some(reason.clone()), tries).await;
    left.map(|left| Unsettled { reason, ..left })
}

/// Reads the state until it is the wanted one, three times over some seconds. `remark`: what was
/// said, or happened, when the action was sent.
async fn read_back(
    online: &Online<'_>,
    mut client: Option<Client>,
    id: ActionId,
    action: ActionKind,
    remark: Option<String>,
    tries: u32,
) -> Option<Unsettled> {
    let lost = |detail: &str| {
        let before = remark.as_deref().map_or(String::new(), |remark| format!("{remark}; "));
        Unsettled { id, action, reason: format!("{before}{detail}"), tries: tries + 1 }
    };
    let mut latest = Finding::Silent("it was not read".to_owned());
    for reading in 0..READINGS {
        if reading > 0 {
            online.means.clock.sleep(BETWEEN_READINGS).await;
        }
        let mut fresh = match client.take().filter(Client::is_usable) {
            Some(client) => client,
            None => match Client::open(online.connection, online.means).await {
                Ok(client) => client,
                Err(_) => return Some(lost("contact was lost before the read-back")),
            },
        };
        match read(online, &mut fresh, action).await {
            Ok(Finding::Settled(state)) => {
                settle(online, id, state).await;
                return None;
            }
            Ok(finding) => latest = finding,
            Err(_) => latest = Finding::Silent("contact was lost during the read-back".to_owned()),
        }
        client = Some(fresh);
    }
    let remark = remark.map_or(String::new(), |remark| format!("{remark}; "));
    let state = match latest {
        Finding::Contrary(words) => ActionState::Rejected { reason: format!("{remark}{words}") },
        Finding::Silent(words) => {
            ActionState::Unknown { reason: format!("{remark}the read-back does not tell: {words}") }
        }
        Finding::Settled(state) => state,
    };
    settle(online, id, state).await;
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
