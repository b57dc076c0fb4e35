//! What passes between the loop and the session: events in, effects out.
//!
//! Effects are carried out only once an event is handled, and so after every record that was made of it: what is
//! printed, shown or sent is on record before.

use crate::{
    appliance::{observation::Observation, supervisor::Request},
    run::{ActionId, Ending, Role},
    screen::{Intent, MessageKind},
    simulator::OperatorKey,
};

/// What the session handles, one after the other.
pub(crate) enum LoopEvent {
    /// The loop runs again after a wait, which a stopped process or a sleeping machine makes long.
    Woke,
    End(Ending),
    Suspended,
    Intent(Intent),
    ScriptKey(OperatorKey),
    Observed(Observation),
    /// A second has passed.
    Beat {
        /// Appliances whose task has ended by a fault of drwatch itself since the last beat.
        failed: Vec<Role>,
    },
    /// The end of a beat: whether the sources still have something to give.
    SourcesChecked {
        log_is_read: bool,
        script_is_over: bool,
    },
    /// The task of the appliance took no request, so this action was not sent.
    NotSent(ActionId),
    OutputFailed(String),
}

/// What the loop carries out for the session, in order.
pub(crate) enum Effect {
    Print(String),
    Ring,
    Send {
        role: Role,
        request: Request,
    },
    Notify(StatusMessage),
    /// Report what went wrong, on standard error where there is no screen.
    Warn(String),
    /// Report the same where there is no screen; a screen shows it by itself.
    WarnWithoutScreen(String),
    /// Take the terminal again, which somebody else may have used.
    RetakeTerminal,
    /// Let the engineer log in where a connection has stopped for want of it.
    LogIn,
}

pub(crate) struct StatusMessage {
    pub(crate) text: String,
    pub(crate) kind: MessageKind,
}

impl StatusMessage {
    pub(crate) fn good(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: MessageKind::Good }
    }

    pub(crate) fn bad(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: MessageKind::Bad }
    }
}
