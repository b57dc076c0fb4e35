//! The issue register: each finding of attention or worse, and what is done about it.

use super::schema::{Issue, IssueState};
use crate::run::state::Run;
use crate::run::values::{Finding, FindingSeverity, StatedIssue};

pub(super) fn register(run: &Run) -> Vec<Issue> {
    run.issue_findings().map(|finding| issue(run, finding)).collect()
}

impl Run {
    /// The findings of the issue register, in the order they opened: those of attention or worse.
    #[must_use]
    pub fn issue_findings(&self) -> impl DoubleEndedIterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity >= FindingSeverity::Attention)
    }

    /// What is stated of a finding. A record may open several of one code, one for each appliance: they share it.
    #[must_use]
    pub fn stated_issue(&self, finding: &Finding) -> Option<&StatedIssue> {
        let code = finding.code.name();
        self.issues.iter().find(|stated| stated.opened == finding.record && stated.code == code)
    }
}

fn issue(run: &Run, finding: &Finding) -> Issue {
    let stated = run.stated_issue(finding);
    let state = match (finding.closed_at, &finding.acknowledged) {
        (Some(_), _) => IssueState::Closed,
        (None, Some(_)) => IssueState::Acknowledged,
        (None, None) => IssueState::Open,
    };
    Issue {
        code: finding.code.name(),
        severity: finding.severity,
        text: finding.text.clone(),
        opened_at: finding.opened_at,
        opened: finding.record,
        state,
        entry: stated.map(|stated| stated.entry.clone()).unwrap_or_default(),
        stated_at: stated.map(|stated| stated.at),
        stated_by: stated.map(|stated| stated.user.clone()),
        engineer: stated.and_then(|stated| stated.engineer.clone()),
        record: stated.map(|stated| stated.record),
    }
}
