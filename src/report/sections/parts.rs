//! The parts of a report, in their order.

/// A section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Part {
    Verdict,
    TestSheet,
    People,
    Environment,
    Readiness,
    Timeline,
    Procedure,
    Recovery,
    Integrity,
    Production,
    Comparison,
    Findings,
    Lessons,
    Attestation,
    Record,
    Controls,
    Preflight,
    Forecasts,
    /// The records that the other parts cite.
    Evidence,
}

impl Part {
    /// Every part, in the order of the report.
    pub(in crate::report) const ALL: [Self; 19] = [
        Self::Verdict,
        Self::TestSheet,
        Self::People,
        Self::Environment,
        Self::Readiness,
        Self::Timeline,
        Self::Procedure,
        Self::Recovery,
        Self::Integrity,
        Self::Production,
        Self::Comparison,
        Self::Findings,
        Self::Lessons,
        Self::Attestation,
        Self::Record,
        Self::Controls,
        Self::Preflight,
        Self::Forecasts,
        Self::Evidence,
    ];

    /// Its anchor in a page.
    pub(in crate::report) const fn id(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::TestSheet => "test-sheet",
            Self::People => "people",
            Self::Environment => "environment",
            Self::Readiness => "readiness",
            Self::Timeline => "timeline",
            Self::Procedure => "procedure",
            Self::Recovery => "recovery",
            Self::Integrity => "integrity",
            Self::Production => "production",
            Self::Comparison => "comparison",
            Self::Findings => "findings",
            Self::Lessons => "lessons",
            Self::Attestation => "attestation",
            Self::Record => "record",
            Self::Controls => "controls",
            Self::Preflight => "preflight",
            Self::Forecasts => "forecasts",
            Self::Evidence => "evidence",
        }
    }

    pub(in crate::report) const fn title(self) -> &'static str {
        match self {
            Self::Verdict => "Verdict",
            Self::TestSheet => "Test sheet",
            Self::People => "People",
            Self::Environment => "Environment",
            Self::Readiness => "Readiness",
            Self::Timeline => "Timeline",
            Self::Procedure => "Procedure",
            Self::Recovery => "Recovery",
            Self::Integrity => "Data integrity",
            Self::Production => "Production safety",
            Self::Comparison => "Comparison with earlier runs",
            Self::Findings => "Findings and actions",
            Self::Lessons => "Lessons",
            Self::Attestation => "Attestation",
            Self::Record => "Record",
            Self::Controls => "Control map",
            Self::Preflight => "Appendix A: pre-flight",
            Self::Forecasts => "Appendix B: forecasts",
            Self::Evidence => "Appendix C: records cited",
        }
    }
}
