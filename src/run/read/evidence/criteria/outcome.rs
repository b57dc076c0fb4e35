//! What came of a criterion.

use crate::run::read::evidence::schema::Judgement;
use crate::run::state::Run;
use crate::run::values::{Elapsed, Grounds, Length, Phase, Sequence};

/// What came of one criterion.
pub(super) struct Outcome {
    pub(super) judgement: Judgement,
    pub(super) grounds: Grounds,
    pub(super) measured: Option<f64>,
    pub(super) length: Option<Length>,
    pub(super) reason: String,
    pub(super) records: Vec<Sequence>,
}

impl Outcome {
    pub(super) fn not_measured(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        let (judgement, grounds) = (Judgement::NotMeasured, Grounds::Read);
        Self { judgement, grounds, measured: None, length: None, reason, records: Vec::new() }
    }

    /// A length of time against its limit.
    pub(super) fn of(what: &str, measured: Length, limit: Elapsed, records: Vec<Sequence>) -> Self {
        let (judgement, relation) = if measured.exact() <= limit {
            (Judgement::Passed, "within")
        } else {
            (Judgement::Failed, "more than")
        };
        let reason = format!("{what} {measured}, {relation} the {limit} allowed.");
        Self { judgement, reason, records, ..Self::not_measured("") }.with(Some(measured))
    }

    pub(super) fn failed(reason: String, measured: Option<Length>, records: Vec<Sequence>) -> Self {
        let judgement = Judgement::Failed;
        Self { judgement, records, ..Self::not_measured(reason) }.with(measured)
    }

    /// What was measured, though it does not decide.
    pub(super) fn undecided(reason: String, measured: Length, records: Vec<Sequence>) -> Self {
        Self { records, ..Self::not_measured(reason) }.with(Some(measured))
    }

    pub(super) fn with(self, length: Option<Length>) -> Self {
        Self { measured: length.map(|length| length.exact().secs_f64()), length, ..self }
    }
}

/// Whether nothing can change any more what is measured of the whole test.
pub(super) fn is_over(run: &Run) -> bool {
    run.is_recorded_no_more() || run.phase() == Phase::Ended
}
