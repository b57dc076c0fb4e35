//! How findings are opened, closed, reworded and acknowledged.

use crate::run::read::rules::RULES;
use crate::run::state::{LIST_LIMIT, Run};
use crate::run::values::{Citation, Code, Event, Finding, Record, Role, Wording};

impl Run {
    pub(in crate::run) fn open_finding(
        &mut self,
        record: &Record,
        code: Code,
        role: Option<Role>,
        wording: Wording,
    ) {
        if self.findings.len() >= LIST_LIMIT {
            self.dropped.findings = self.dropped.findings.saturating_add(1);
            // Open findings are never dropped: the exit code depends on them.
            let Some(oldest) = self.findings.iter().position(|finding| finding.closed_at.is_some()) else {
                return;
            };
            self.findings.remove(oldest);
        }
        self.findings.push(Finding {
            code,
            severity: wording.severity,
            text: wording.text,
            remedy: wording.remedy,
            role,
            opened_at: record.at,
            closed_at: None,
            closed_record: None,
            record: record.seq,
            acknowledged: None,
            acknowledged_by: None,
            acknowledged_engineer: None,
            acknowledged_at: None,
            acknowledged_record: None,
            to_do: wording.to_do,
            until_settled: wording.until_settled,
            cited: cited(record),
        });
    }

    /// Opens a finding for an event, or updates the text of the open one of that code, so that many events stay one.
    pub(in crate::run) fn raise(
        &mut self,
        record: &Record,
        code: Code,
        role: Option<Role>,
        wording: Wording,
    ) {
        let open = self.findings.iter_mut().rev().find(|finding| {
            finding.code == code
                && finding.role == role
                && finding.is_open()
                // A worse case must not hide behind a milder finding: it gets one of its own.
                && finding.severity >= wording.severity
        });
        match open {
            Some(finding) => {
                reword(finding, wording);
                finding.cited = cited(record).or_else(|| finding.cited.take());
            }
            None => self.open_finding(record, code, role, wording),
        }
    }

    /// Updates the text of an open finding, unless the engineer has acknowledged it.
    pub(in crate::run) fn reword_finding(&mut self, code: Code, role: Option<Role>, wording: Wording) {
        let is_concerned = |finding: &&mut Finding| {
            finding.code == code && finding.role == role && finding.is_open() && finding.text != wording.text
        };
        // The severity stays: a finding that grows worse is closed and opened anew, so that its
        // acknowledgement does not cover the worse case.
        if let Some(finding) = self.findings.iter_mut().find(is_concerned) {
            reword(finding, wording);
        }
    }

    /// Closes the findings of that code, acknowledged or not.
    pub(in crate::run) fn close_findings(&mut self, record: &Record, code: Code, role: Option<Role>) {
        let is_concerned = |finding: &&mut Finding| finding.code == code && finding.role == role;
        for finding in self.findings.iter_mut().filter(is_concerned) {
            if finding.closed_at.is_none() {
                // A clock may have been set back in between.
                finding.closed_at = Some(record.at.max(finding.opened_at));
                finding.closed_record = Some(record.seq);
            }
        }
    }

    /// Acknowledges a finding; only the first acknowledgement counts.
    pub(in crate::run) fn acknowledge(&mut self, record: &Record) {
        let Event::Acknowledged { code, opened, reason, user } = &record.event else { return };
        let engineer = self.engineer.clone();
        // One record may open several findings, so the code decides as well.
        let same_record = self.findings.iter_mut().filter(|finding| finding.record == *opened);
        for finding in same_record.filter(|finding| finding.acknowledged.is_none()) {
            if finding.code.name() == *code {
                finding.acknowledged = Some(reason.clone());
                finding.acknowledged_by = Some(user.clone());
                finding.acknowledged_engineer.clone_from(&engineer);
                finding.acknowledged_at = Some(record.at);
                finding.acknowledged_record = Some(record.seq);
            }
        }
    }
}

fn reword(finding: &mut Finding, wording: Wording) {
    (finding.text, finding.remedy, finding.to_do) = (wording.text, wording.remedy, wording.to_do);
    finding.until_settled = wording.until_settled;
}

/// The line or reply that a record holds.
fn cited(record: &Record) -> Option<Citation> {
    let (offset, raw) = match &record.event {
        Event::MarkerSeen { line, .. }
        | Event::AlarmSeen { line, .. }
        | Event::NearMissSeen { line, .. }
        | Event::RfsdRestarted { line, .. }
        | Event::LogClockSetBack { line, .. } => (Some(line.offset), &line.raw),
        Event::LogGap(gap) => (Some(gap.offset), &gap.reason),
        Event::CounterRead(answer) => (None, &answer.raw),
        Event::ThreadsRead(answer) => (None, &answer.raw),
        Event::ReplicationRead { answer, .. } => (None, &answer.raw),
        Event::LogSearched(answer) => (None, &answer.raw),
        Event::ServiceRead { answer, .. } => (None, &answer.raw),
        Event::BucketNamed { answer, .. } => (None, &answer.raw),
        Event::Identified { raw, .. }
        | Event::ListingRead { raw, .. }
        | Event::ListingRefused { raw, .. } => (None, raw),
        Event::ActionSent { answer, .. } => (None, answer),
        _ => return None,
    };
    (!raw.is_empty()).then(|| Citation { record: record.seq, at: record.at, offset, raw: raw.clone() })
}

/// Opens and closes findings so that they agree with the run after `record`. A condition that grows worse or milder
/// closes its finding and opens another; one whose figures change keeps its finding, with the present figures.
pub(in crate::run) fn settle(run: &mut Run, record: &Record) {
    // Gathered once: a run may hold thousands of findings, and few of them are not closed.
    let unclosed = run.findings.iter().filter(|finding| finding.closed_at.is_none());
    let unclosed: Vec<_> = unclosed.map(|finding| (finding.code, finding.role, finding.severity)).collect();
    for &(code, role, rule) in RULES {
        // An acknowledged finding is present, too: its condition must not open another while it lasts.
        let present = unclosed.iter().find(|(other, of, _)| (*other, *of) == (code, role));
        let wording = rule(run, record.at);
        match (present, wording) {
            (Some((.., severity)), Some(wording)) if *severity == wording.severity => {
                run.reword_finding(code, role, wording);
            }
            (present, wording) => {
                if present.is_some() {
                    run.close_findings(record, code, role);
                }
                if let Some(wording) = wording {
                    run.open_finding(record, code, role, wording);
                }
            }
        }
    }
}
