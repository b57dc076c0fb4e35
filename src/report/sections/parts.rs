//! The parts of a report, in their order.

/// A section of a report.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) struct Part {
    /// Its anchor in a page.
    pub(in crate::report) id: &'static str,
    pub(in crate::report) title: &'static str,
}

const fn part(id: &'static str, title: &'static str) -> Part {
    Part { id, title }
}

/// Every part.
pub(in crate::report) const PARTS: [Part; 19] = [
    part("verdict", "Verdict"),
    part("test-sheet", "Test sheet"),
    part("people", "People"),
    part("environment", "Environment"),
    part("readiness", "Readiness"),
    part("timeline", "Timeline"),
    part("procedure", "Procedure"),
    part("recovery", "Recovery"),
    part("integrity", "Data integrity"),
    part("production", "Production safety"),
    part("comparison", "Comparison with earlier runs"),
    part("findings", "Findings and actions"),
    part("lessons", "Lessons"),
    part("attestation", "Attestation"),
    part("record", "Record"),
    part("controls", "Control map"),
    part("preflight", "Appendix A: pre-flight"),
    part("forecasts", "Appendix B: forecasts"),
    part("evidence", "Appendix C: records cited"),
];
