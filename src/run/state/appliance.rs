//! One appliance as the run knows it.

use std::collections::BTreeMap;

use crate::run::state::{LastReply, Question};
use crate::run::values::{
    Answer, Elapsed, Identity, Link, Reading, Record, Sequence, ServiceState, Timestamp,
};

/// A value with the time and record of its last reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed<T> {
    /// What was read.
    pub reading: Reading<T>,
    /// When.
    pub at: Timestamp,
    /// By which record.
    pub record: Sequence,
}

/// A loss of the connection that lasts this long may need a hand; drwatch connects again by itself before.
pub(in crate::run) const LOSS_MENDS_WITHIN: Elapsed = Elapsed::from_secs(60);

/// The records that hold the latest facts about an appliance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::run) struct FactRecords {
    /// The state of its connection.
    pub link: Option<(Sequence, Timestamp)>,
    /// Its identity.
    pub identity: Option<(Sequence, Timestamp)>,
    /// The last change of its identity.
    pub identity_changed: Option<Sequence>,
    /// Its clock.
    pub clock: Option<(Sequence, Timestamp)>,
}

/// One appliance as the run knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appliance {
    /// The connection.
    pub link: Link,
    /// Since when the connection is in that state.
    pub link_since: Timestamp,
    /// Since when there is no connection, including failed attempts; `None` while there is one.
    pub away_since: Option<Timestamp>,
    /// The identity of the machine that answers, once known.
    pub identity: Option<Identity>,
    /// The identity expected: as confirmed by the engineer, else as first seen in this run.
    pub expected: Option<Identity>,
    /// The record by which a machine at its address first said that it is simulated. Stays, whatever answers later.
    pub said_simulated: Option<Sequence>,
    /// When anything was last received from it.
    pub heard_at: Option<Timestamp>,
    /// Since when no question was answered in time although it is connected; `None` after an answer.
    pub silent_since: Option<Timestamp>,
    /// Time of the last question from sending to answer.
    pub round_trip: Option<Elapsed>,
    /// State of its service.
    pub service: Option<Observed<ServiceState>>,
    /// Name of the bucket that it is set up with, as last read.
    pub bucket: Option<Observed<String>>,
    /// Its clock against ours in seconds; positive: ahead.
    pub clock_offset: Option<i64>,
    /// Its last answer to each question.
    pub replies: BTreeMap<Question, LastReply>,
    /// When it was reported lost; `None` once it is heard from.
    pub(in crate::run) reported_lost: Option<Timestamp>,
    pub(in crate::run) facts: FactRecords,
}

impl<T: Clone> Observed<T> {
    pub(in crate::run) fn new(record: &Record, answer: &Answer<T>) -> Self {
        Self { reading: answer.reading.clone(), at: record.at, record: record.seq }
    }
}

impl<T> Observed<T> {
    /// The record of the reading and its time, as evidence.
    pub(in crate::run) const fn evidence(&self) -> (Sequence, Timestamp) {
        (self.record, self.at)
    }
}

impl Appliance {
    pub(in crate::run) fn new(has_destination: bool, at: Timestamp) -> Self {
        Self {
            link: if has_destination { Link::Connecting } else { Link::Absent },
            link_since: at,
            away_since: has_destination.then_some(at),
            identity: None,
            expected: None,
            said_simulated: None,
            heard_at: None,
            silent_since: None,
            round_trip: None,
            service: None,
            bucket: None,
            clock_offset: None,
            replies: BTreeMap::new(),
            reported_lost: None,
            facts: FactRecords::default(),
        }
    }

    /// State of its service as last read, if it could be read.
    #[must_use]
    pub fn service_state(&self) -> Option<&ServiceState> {
        self.service.as_ref()?.reading.known()
    }

    /// Whether its service was last read as up, busy or ready.
    #[must_use]
    pub fn service_runs(&self) -> bool {
        matches!(self.service_state(), Some(ServiceState::Running(_) | ServiceState::Busy(_)))
    }

    /// Whether another machine than the expected one answers.
    #[must_use]
    pub fn is_stranger(&self) -> bool {
        let pair = self.expected.as_ref().zip(self.identity.as_ref());
        pair.is_some_and(|(expected, identity)| expected.is_other_machine(identity))
    }

    /// Since when it is unreachable; `None` while it is connected and during the very first attempt.
    #[must_use]
    pub fn away(&self) -> Option<Timestamp> {
        let since = self.away_since.unwrap_or(self.link_since);
        match self.link {
            Link::Absent | Link::Connected => None,
            // An attempt to connect may take ten seconds; the appliance is away all the while.
            Link::Connecting => {
                Some(since).filter(|since| self.heard_at.is_some() || *since < self.link_since)
            }
            Link::Waiting { .. } | Link::Stopped { .. } => Some(since),
        }
    }

    /// How long it has been unreachable at `now`, which all outputs show; `None` while it is connected.
    #[must_use]
    pub fn down_for(&self, now: Timestamp) -> Option<Elapsed> {
        self.away().map(|since| now.since(since))
    }

    /// Whether its loss asks for a hand at `now`: it has lasted for so long, or is not tried to be mended by itself.
    #[must_use]
    pub fn needs_hand(&self, now: Timestamp) -> bool {
        matches!(self.link, Link::Stopped { .. })
            || self.down_for(now).is_some_and(|down| down >= LOSS_MENDS_WITHIN)
    }
}

/// The engineer's confirmation of the two appliances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// The record.
    pub record: Sequence,
    /// When.
    pub at: Timestamp,
    /// The local user.
    pub user: String,
    /// Who acted then, where a person was named.
    pub engineer: Option<String>,
    /// Why these are two machines, if nothing they show distinguishes them.
    pub reason: Option<String>,
}
