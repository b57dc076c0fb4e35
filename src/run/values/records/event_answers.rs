//! What an event is an answer to, and of which appliance it is a sign of life.

use super::event::Event;
use crate::run::values::{Answer, Arrival, Elapsed, Link, ListingCause, Role};

impl Event {
    /// Whether this is stated about a finding or the whole test, and may be added to a run that ended.
    #[must_use]
    pub const fn is_about_the_test(&self) -> bool {
        matches!(self, Self::IssueStated { .. } | Self::Signed(_))
    }

    /// Whether this records an answer that did not arrive in time.
    #[must_use]
    pub fn is_overdue_answer(&self) -> bool {
        match self {
            Self::CounterRead(answer) => answer.is_overdue(),
            Self::ThreadsRead(answer) => answer.is_overdue(),
            Self::ReplicationRead { answer, .. } => answer.is_overdue(),
            Self::ServiceRead { answer, .. } => answer.is_overdue(),
            Self::BucketNamed { answer, .. } => answer.is_overdue(),
            _ => false,
        }
    }

    /// The appliance that answered; `None` if this is not an answer.
    #[must_use]
    pub const fn answers(&self) -> Option<Role> {
        match self {
            Self::CounterRead(_) | Self::ThreadsRead(_) | Self::LogSearched(_) => Some(Role::Dr),
            Self::ReplicationRead { .. } => Some(Role::Primary),
            // One that was given as a file is no answer of the appliance.
            Self::ListingRead { cause, .. } if !matches!(cause, ListingCause::File) => Some(Role::Primary),
            Self::ServiceRead { role, .. } | Self::BucketNamed { role, .. } => Some(*role),
            _ => None,
        }
    }

    /// The appliance heard from when this happened; `None` where the event shows no sign of life.
    #[must_use]
    pub fn heard_from(&self) -> Option<Role> {
        match self {
            Self::LinkChanged { role, link: Link::Connected } | Self::Identified { role, .. } => Some(*role),
            Self::LogChunk { .. } => Some(Role::Dr),
            // A line that was written earlier shows no life now.
            Self::MarkerSeen { line, .. } | Self::NearMissSeen { line, .. } => {
                (line.arrival == Arrival::Live).then_some(Role::Dr)
            }
            Self::AlarmSeen { line, .. } => (line.arrival != Arrival::Earlier).then_some(Role::Dr),
            _ => self.answers(),
        }
    }

    /// Time from question to answer, where this is the answer to a question asked again and again.
    #[must_use]
    pub const fn round_trip(&self) -> Option<Elapsed> {
        match self {
            Self::CounterRead(Answer { took, .. })
            | Self::ThreadsRead(Answer { took, .. })
            | Self::ReplicationRead { answer: Answer { took, .. }, .. }
            | Self::LogSearched(Answer { took, .. })
            | Self::ServiceRead { answer: Answer { took, .. }, .. }
            | Self::BucketNamed { answer: Answer { took, .. }, .. } => Some(*took),
            _ => None,
        }
    }
}
