//! Timer events that are already recorded.

use crate::run::values::{Role, Timestamp};

/// Timer events already recorded, each with its time; cleared when the condition ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reported {
    /// Stage 1 is reported as stalled; cleared by the next rise.
    pub stalled: Option<Timestamp>,
    /// Highest part of the budget reported, in percent.
    pub budget_percent: u8,
    /// The primary is reported lost; cleared when it is heard from.
    pub primary_lost: Option<Timestamp>,
    /// The DR appliance is reported lost; cleared when it is heard from.
    pub dr_lost: Option<Timestamp>,
    /// The absence of INFO lines is reported; cleared by the first one.
    pub no_info_lines: Option<Timestamp>,
    /// The log is reported to be silent while the counter rises; cleared by its next line.
    pub log_silent: Option<Timestamp>,
}

impl Reported {
    /// When the appliance of that role was reported lost, if it still is.
    #[must_use]
    pub fn lost(&self, role: Role) -> Option<Timestamp> {
        role.pick(self.primary_lost, self.dr_lost)
    }

    pub(in crate::run) fn lost_mut(&mut self, role: Role) -> &mut Option<Timestamp> {
        role.pick(&mut self.primary_lost, &mut self.dr_lost)
    }
}
