//! What is seen of an appliance, on its way to the watch.

use tokio::sync::mpsc;

use crate::run::{ActionId, Arrival, Event, Timestamp};

/// Something seen of one appliance.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Observation {
    Event(Event),
    /// The next bytes of the log; a line may come in pieces.
    Log {
        /// The bytes as the appliance sent them, without the carriage returns a terminal adds.
        bytes: Vec<u8>,
        arrival: Arrival,
    },
    /// The next line of this action changes something; may it be typed?
    ReadyToSend {
        id: ActionId,
    },
    /// So many NUL bytes follow in the log, which are a hole: its file has no data there.
    LogHole {
        bytes: u64,
    },
    /// The log has ended; a last line without an end of its own is whole.
    LogEnded,
    /// The last look before an orderly end: all that stands in the log now was passed on.
    LogReadToEnd,
    /// Lines of the log are missing at this place.
    LogGap {
        /// When the last line before it was received.
        from: Timestamp,
        /// When the log was at hand again.
        to: Timestamp,
        /// Why, as a sentence.
        reason: String,
    },
}

/// The way out for what is seen. Waits while the receiver is behind; once the receiver is gone,
/// what is emitted is dropped, and the supervisor ends by itself.
#[derive(Clone, Debug)]
pub(crate) struct Emitter(mpsc::Sender<Observation>);

impl Emitter {
    pub(crate) const fn new(sender: mpsc::Sender<Observation>) -> Self {
        Self(sender)
    }

    pub(crate) async fn emit(&self, observation: Observation) {
        if let Observation::LogGap { from, to, reason } = &observation {
            tracing::warn!(?from, ?to, ?reason, "gap in the log");
        }
        let _ = self.0.send(observation).await;
    }

    pub(crate) async fn event(&self, event: Event) {
        self.emit(Observation::Event(event)).await;
    }

    /// Resolves once the receiver is gone.
    pub(crate) async fn closed(&self) {
        self.0.closed().await;
    }
}
