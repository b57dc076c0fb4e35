//! A step while it is put together.

use crate::run::read::evidence::StepState;
use crate::run::values::{Sequence, Timestamp};

pub(super) struct Draft {
    pub(super) state: StepState,
    pub(super) started_at: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) user: Option<String>,
    pub(super) engineer: Option<String>,
    pub(super) records: Vec<Sequence>,
    pub(super) remarks: Vec<String>,
}

impl Draft {
    /// A step that was not taken.
    pub(super) const fn open() -> Self {
        Self {
            state: StepState::Open,
            started_at: None,
            ended_at: None,
            user: None,
            engineer: None,
            records: Vec::new(),
            remarks: Vec::new(),
        }
    }

    pub(super) fn done(started_at: Option<Timestamp>, ended_at: Option<Timestamp>) -> Self {
        Self { state: StepState::Done, started_at, ended_at, ..Self::open() }
    }

    pub(super) fn by(self, user: &str, engineer: Option<&str>) -> Self {
        Self { user: Some(user.to_owned()), engineer: engineer.map(str::to_owned), ..self }
    }

    /// With its records in order, each once.
    pub(super) fn on(mut self, records: impl IntoIterator<Item = Sequence>) -> Self {
        self.records.extend(records);
        self.records.sort_unstable();
        self.records.dedup();
        self
    }

    pub(super) fn with(mut self, remark: impl Into<String>) -> Self {
        self.remark(remark);
        self
    }

    pub(super) fn remark(&mut self, remark: impl Into<String>) {
        self.remarks.push(remark.into());
    }

    pub(super) fn remarks(&self) -> Option<String> {
        (!self.remarks.is_empty()).then(|| self.remarks.join(" "))
    }
}
