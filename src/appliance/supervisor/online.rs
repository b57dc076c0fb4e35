//! What all parts of a connection's life share: the appliance, the way out, and the question before an action is sent.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::sync::oneshot;

use super::request::{NotSent, Schedule};
use crate::{
    appliance::{
        client::{IdentifiedConnection, Seen, ShellContext},
        observation::{Emitter, Observation},
    },
    run::{ActionId, Role},
};

/// How long the loop of the watch may take to say that an action may be sent.
// The watch answers within one turn of its loop, so a longer silence means that it
// hangs, on a disk for example.
const CONSENT_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) enum End {
    /// One of its shells was another machine's.
    Stranger(Seen),
    /// As asked.
    Closed,
    /// To be made anew at once.
    Reconnect,
    /// By itself; the reason, for the engineer.
    Lost(String),
    /// A person has to act.
    Stopped(String),
}

/// What all parts of a connection's life share.
pub(super) struct Online<'a> {
    pub(super) role: Role,
    pub(super) appliance: IdentifiedConnection<'a>,
    pub(super) emitter: &'a Emitter,
    pub(super) schedule: Schedule,
    /// Where the answer goes to the question whether the action under way may be sent.
    pub(super) consent: Mutex<Option<Waiting>>,
    /// Whether the connection is at its end, so that nothing more may be sent.
    pub(super) is_ending: AtomicBool,
}

/// An action that waits for the answer whether it may be sent.
type Waiting = (ActionId, oneshot::Sender<Result<(), NotSent>>);

impl<'a> Online<'a> {
    pub(super) const fn context(&self) -> &'a ShellContext {
        self.appliance.context
    }

    /// Asks whether the consent to action `id` still holds, now that its first changing line comes next.
    ///
    /// # Errors
    /// It does not, no answer came in time, or the connection is at its end.
    pub(super) async fn confirm_consent(&self, id: ActionId) -> Result<(), NotSent> {
        if self.is_ending.load(Ordering::Acquire) {
            return Err(NotSent::ConnectionEnding);
        }
        // The place for the answer is there before the question is: the answer may come at once.
        let (sender, answer) = oneshot::channel();
        *self.consent.lock().unwrap_or_else(PoisonError::into_inner) = Some((id, sender));
        self.emitter.emit(Observation::ReadyToSend { id }).await;
        match tokio::time::timeout(CONSENT_TIMEOUT, answer).await {
            Ok(Ok(consent)) => consent,
            Ok(Err(_)) | Err(_) => Err(NotSent::NotJudged),
        }
    }

    pub(super) fn answer_consent_check(&self, id: ActionId, consent: Result<(), NotSent>) {
        let waiting = self.consent.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A late answer must not count as the consent to another action.
        if let Some((_, sender)) = waiting.filter(|(waiting, _)| *waiting == id) {
            // An error says that the action has given up waiting.
            let _ = sender.send(consent);
        }
    }

    /// Has nothing more sent: an action that was not sent yet stays so, one that was comes to its end.
    pub(super) fn refuse_to_send(&self) {
        // The mark first: an action that asks from here on is refused at once, and one that waits
        // already is answered below.
        self.is_ending.store(true, Ordering::Release);
        if let Some((_, waiting)) = self.consent.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = waiting.send(Err(NotSent::ConnectionEnding));
        }
    }
}
