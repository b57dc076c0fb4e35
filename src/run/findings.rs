//! How findings are opened, closed, brought up to date and taken on. When they are is told by the
//! rules and by the events that cause them.

use super::{
    apply::LIST_LIMIT,
    event::Event,
    facts::Role,
    finding::{Code, Finding, FindingSeverity},
    record::Record,
    state::Run,
};

/// What a finding says, and how much it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wording {
    pub severity: FindingSeverity,
    pub text: String,
}

/// A finding whose condition has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub code: Code,
    pub role: Option<Role>,
    pub severity: FindingSeverity,
}

impl Wording {
    pub(super) fn info(text: impl Into<String>) -> Self {
        Self { severity: FindingSeverity::Info, text: text.into() }
    }

    pub(super) fn attention(text: impl Into<String>) -> Self {
        Self { severity: FindingSeverity::Attention, text: text.into() }
    }

    pub(super) fn blocking(text: impl Into<String>) -> Self {
        Self { severity: FindingSeverity::Blocking, text: text.into() }
    }
}

impl Run {
    /// Opens a finding.
    pub(super) fn open_finding(&mut self, record: &Record, code: Code, role: Option<Role>, says: Wording) {
        if self.findings.len() >= LIST_LIMIT {
            self.dropped.findings = self.dropped.findings.saturating_add(1);
            let Some(oldest) = self.findings.iter().position(|finding| finding.closed_at.is_some()) else {
                return;
            };
            self.findings.remove(oldest);
        }
        self.findings.push(Finding {
            code,
            severity: says.severity,
            text: says.text,
            role,
            opened_at: record.at,
            closed_at: None,
            record: record.seq,
            acknowledged: None,
            acknowledged_by: None,
            acknowledged_at: None,
        });
    }

    /// Opens a finding for something that happened; while one of that code waits to be taken on,
    /// that one is brought up to date instead, so that a flood stays one finding.
    pub(super) fn raise(&mut self, record: &Record, code: Code, role: Option<Role>, says: Wording) {
        let waiting = self.findings.iter_mut().rev().find(|finding| {
            finding.code == code
                && finding.role == role
                && finding.is_open()
                && finding.severity >= says.severity
        });
        match waiting {
            Some(finding) => finding.text = says.text,
            None => self.open_finding(record, code, role, says),
        }
    }

    /// Brings the words of a standing finding up to date, unless the engineer has taken it on as it was.
    pub(super) fn reword_finding(&mut self, code: Code, role: Option<Role>, says: Wording) {
        let concerned = |finding: &&mut Finding| {
            finding.code == code && finding.role == role && finding.is_open() && finding.text != says.text
        };
        if let Some(finding) = self.findings.iter_mut().find(concerned) {
            finding.text = says.text;
        }
    }

    /// Closes what is not closed of that code, acknowledged or not.
    pub(super) fn close_findings(&mut self, record: &Record, code: Code, role: Option<Role>) {
        let concerned = |finding: &&mut Finding| finding.code == code && finding.role == role;
        for finding in self.findings.iter_mut().filter(concerned) {
            if finding.closed_at.is_none() {
                // A clock may have been set back in between.
                finding.closed_at = Some(record.at.max(finding.opened_at));
            }
        }
    }

    /// The findings whose conditions have not ended, acknowledged or not.
    pub(super) fn standing(&self) -> Vec<Standing> {
        let unclosed = self.findings.iter().filter(|finding| finding.closed_at.is_none());
        unclosed.map(|&Finding { code, role, severity, .. }| Standing { code, role, severity }).collect()
    }

    /// Takes a finding on, as `record` tells; the first to do so counts.
    pub(super) fn acknowledge(&mut self, record: &Record) {
        let Event::Acknowledged { code, opened, reason, user } = &record.event else { return };
        let same_record = self.findings.iter_mut().filter(|finding| finding.record == *opened);
        for finding in same_record.filter(|finding| finding.acknowledged.is_none()) {
            if finding.code.name() == *code {
                finding.acknowledged = Some(reason.clone());
                finding.acknowledged_by = Some(user.clone());
                finding.acknowledged_at = Some(record.at);
            }
        }
    }
}
