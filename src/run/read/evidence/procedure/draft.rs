//! A step while it is put together; which one it is, its planned time and its wait are added at the end.

use crate::run::read::evidence::{StepState, StepSummary};
use crate::run::values::{Grounds, Sequence, Timestamp};

impl StepSummary {
    /// A step that was not taken.
    pub(super) fn open() -> Self {
        Self::default()
    }

    pub(super) fn done(started_at: Option<Timestamp>, ended_at: Option<Timestamp>) -> Self {
        Self { state: StepState::Done, started_at, ended_at, ..Self::open() }
    }

    pub(super) fn by(self, user: &str, engineer: Option<&str>) -> Self {
        Self { user: Some(user.to_owned()), engineer: engineer.map(str::to_owned), ..self }
    }

    /// On these grounds, or less sure ones that it has already.
    pub(super) fn grounded(self, grounds: Grounds) -> Self {
        Self { grounds: self.grounds.max(grounds), ..self }
    }

    /// With the records by which it began and ended, which are among those that show it.
    pub(super) fn bounded_by(self, began_by: Option<Sequence>, ended_by: Option<Sequence>) -> Self {
        Self { began_by, ended_by, ..self }.on(began_by.into_iter().chain(ended_by))
    }

    /// With its records in order, each once.
    pub(super) fn on(mut self, records: impl IntoIterator<Item = Sequence>) -> Self {
        self.records.extend(records);
        self.records.sort_unstable();
        self.records.dedup();
        self
    }

    pub(super) fn with(mut self, remark: impl AsRef<str>) -> Self {
        self.remark(remark);
        self
    }

    /// Adds a sentence.
    pub(super) fn remark(&mut self, remark: impl AsRef<str>) {
        let remarks = self.remark.get_or_insert_default();
        if !remarks.is_empty() {
            remarks.push(' ');
        }
        remarks.push_str(remark.as_ref());
    }
}
