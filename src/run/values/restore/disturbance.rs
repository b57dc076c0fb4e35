//! What has disturbed a restore: the time in which replication ran, or may have, while stages 1 and 2 did.

use crate::run::values::Elapsed;

/// A length within stage 1 and one within stage 2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InStages {
    /// Within stage 1.
    pub(in crate::run) stage_1: Elapsed,
    /// Within stage 2.
    pub(in crate::run) stage_2: Elapsed,
}

impl InStages {
    /// Of both stages together.
    pub(in crate::run) const fn total(self) -> Elapsed {
        self.stage_1.saturating_add(self.stage_2)
    }

    /// The stages in which it is, in words; `None` where it is in neither.
    pub(in crate::run) const fn stages(self) -> Option<&'static str> {
        match (self.stage_1.millis(), self.stage_2.millis()) {
            (0, 0) => None,
            (_, 0) => Some("stage 1"),
            (0, _) => Some("stage 2"),
            _ => Some("stages 1 and 2"),
        }
    }
}

/// What has disturbed the restore so far. A stretch counts once it has ended, or its stage has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Disturbance {
    /// Replication ran.
    pub(in crate::run) ran: InStages,
    /// It was not read whether replication ran.
    pub(in crate::run) unread: InStages,
}
