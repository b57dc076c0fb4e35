//! What all parts of a connection's life share: the appliance, the way out, and the question before an action is sent.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::sync::oneshot;

use super::request::Schedule;
use crate::{
    appliance::{
        client::{IdentifiedConnection, Means, Stranger},
        observation::{Emitter, Observation},
    },
    run::{ActionId, Event, Role},
};

/// Why an action is not sent any more.
const ENDED: &str = "the connection came to its end before";

/// How long the loop of the watch may take to say that an action may be sent.
const LEAVE_LIMIT: Duration = Duration::from_secs(10);

/// What all parts of a connection's life share.
pub(super) struct Online<'a> {
    pub(super) role: Role,
    pub(super) appliance: IdentifiedConnection<'a>,
    pub(super) emitter: &'a Emitter,
    pub(super) schedule: Schedule,
    /// Where the answer goes to the question whether the action under way may be sent.
    pub(super) leave: Mutex<Option<Waiting>>,
    /// Whether the connection is at its end, so that nothing more may be sent.
    pub(super) is_ending: AtomicBool,
}

/// An action that waits to hear whether it may be sent; the answer is why not.
type Waiting = (ActionId, oneshot::Sender<Result<(), String>>);

impl<'a> Online<'a> {
    /// What shells are made with.
    pub(super) const fn means(&self) -> &'a Means {
        self.appliance.means()
    }

    /// Emits who answered in a shell.
    pub(super) async fn identified(&self, seen: Stranger) {
        let Stranger { identity, raw } = seen;
        self.emitter.event(Event::Identified { role: self.role, identity, raw }).await;
    }

    /// Asks whether the consent to action `id` still holds, now that its first changing line comes next.
    ///
    /// # Errors
    /// Why it does not, or that nobody answers.
    pub(super) async fn leave_to_send(&self, id: ActionId) -> Result<(), String> {
        if self.is_ending.load(Ordering::Acquire) {
            return Err(ENDED.to_owned());
        }
        let (sender, answer) = oneshot::channel();
        *self.leave.lock().unwrap_or_else(PoisonError::into_inner) = Some((id, sender));
        self.emitter.emit(Observation::ReadyToSend { id }).await;
        match tokio::time::timeout(LEAVE_LIMIT, answer).await {
            Ok(Ok(leave)) => leave,
            Ok(Err(_)) | Err(_) => Err("drwatch was too busy to judge it once more; ask again".to_owned()),
        }
    }

    pub(super) fn give_leave(&self, id: ActionId, leave: Result<(), String>) {
        let waiting = self.leave.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((_, sender)) = waiting.filter(|(waiting, _)| *waiting == id) {
            // The action has given up waiting.
            let _ = sender.send(leave);
        }
    }

    /// Has nothing more sent: an action that was not sent yet stays so, one that was comes to its end.
    pub(super) fn refuse_to_send(&self) {
        self.is_ending.store(true, Ordering::Release);
        if let Some((_, waiting)) = self.leave.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = waiting.send(Err(ENDED.to_owned()));
        }
    }
}
