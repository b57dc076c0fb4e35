//! What a report is made from: the summary, what happened by time, the course of the download, and the records cited.
//! Every form of the report is made from this value alone.

mod trail;

pub(crate) use self::trail::{ActionTrail, Trail};

use std::collections::{BTreeMap, VecDeque};

use super::compare::{Comparison, RecordedRun, compare};
use crate::run::{
    DatedEvent, Ending, EventKind, FindingSeverity, Happening, LogOffset, RateSample, Run, Sequence, Summary,
    Timestamp, dated_events,
};

/// Whether more can come onto the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Its end is on record.
    Ended,
    /// It is being recorded.
    Running,
    /// Nobody records it, and its end is not on record.
    CutShort,
}

/// Something that happened, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Happened {
    pub(crate) at: Timestamp,
    /// The record that holds it, where one is known.
    pub(crate) record: Option<Sequence>,
    /// Its place in `dr.log`, where it has one.
    pub(crate) offset: Option<LogOffset>,
    pub(crate) severity: FindingSeverity,
    pub(crate) kind: EventKind,
    pub(crate) text: String,
}

/// The records that figures of the summary rest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sources {
    pub(crate) baseline: Option<Sequence>,
    pub(crate) counter: Option<Sequence>,
    pub(crate) threads: Option<Sequence>,
    pub(crate) replication: Option<Sequence>,
    /// The confirmation of the two appliances.
    pub(crate) confirmed: Option<Sequence>,
}

/// A record as it stands in the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Quote {
    pub(crate) at: Option<Timestamp>,
    pub(crate) kind: String,
    /// The log line or the reply in it.
    pub(crate) raw: Option<String>,
    /// Where that begins in `dr.log`, if it is a line of it.
    pub(crate) offset: Option<LogOffset>,
    /// Its line, beyond some length cut.
    pub(crate) line: Option<String>,
}

/// All that a report is made from.
pub(crate) struct Report {
    pub(crate) summary: Summary,
    pub(crate) standing: Standing,
    pub(crate) ending: Option<Ending>,
    /// The last moment that was watched; what is stated about the test later does not move it.
    pub(crate) watched_until: Option<Timestamp>,
    pub(crate) events: Vec<Happened>,
    pub(crate) rates: VecDeque<RateSample>,
    pub(crate) sources: Sources,
    pub(crate) trail: Trail,
    /// This run beside earlier ones of its bucket, the earliest first; `None` without any.
    pub(super) comparison: Option<Comparison>,
    /// By their number; of cited records alone.
    pub(crate) quotes: BTreeMap<Sequence, Quote>,
}

impl Report {
    /// From a summary alone.
    pub(crate) fn of_summary(summary: Summary) -> Self {
        let standing = if summary.ended_at.is_some() { Standing::Ended } else { Standing::Running };
        Self {
            quotes: quotes_of(&summary),
            watched_until: summary.ended_at,
            summary,
            standing,
            ending: None,
            events: Vec::new(),
            rates: VecDeque::new(),
            sources: Sources::default(),
            trail: Trail::default(),
            comparison: None,
        }
    }

    /// From a run and its summary, and what was seen on the way through its journal.
    pub(crate) fn of_run(run: &Run, summary: Summary, trail: Trail) -> Self {
        let record = |event: &DatedEvent<'_>| match event.what {
            Happening::ActionSettled(action) => trail.actions.get(&action.id).and_then(|trail| trail.settled),
            _ => event.record,
        };
        let dated = dated_events(run);
        let events = dated.iter().map(|event| Happened {
            at: event.at,
            record: record(event),
            offset: event.offset,
            severity: event.severity,
            kind: event.kind,
            text: event.to_string(),
        });
        let mut quotes = quotes_of(&summary);
        let phases = run.phases.spans.iter().filter_map(|span| span.evidence.as_ref());
        for evidence in phases {
            quotes.entry(evidence.record).or_default().offset = evidence.offset;
        }
        Self {
            events: events.collect(),
            ending: run.ending.clone(),
            watched_until: Some(run.last_at),
            rates: run.download.rates.clone(),
            sources: Sources {
                baseline: run.download.baseline.as_ref().map(|baseline| baseline.record),
                counter: run.download.counter.map(|(_, _, record)| record),
                threads: run.threads.as_ref().map(|threads| threads.record),
                replication: run.replication.record,
                confirmed: run.confirmed.as_ref().map(|confirmed| confirmed.record),
            },
            quotes,
            trail,
            ..Self::of_summary(summary)
        }
    }

    /// Nobody records this run any more, although its end is not on record.
    pub(crate) fn cut_short(&mut self) {
        if self.standing == Standing::Running {
            self.standing = Standing::CutShort;
        }
    }

    /// Sets this run beside earlier ones, the earliest first.
    pub(crate) fn compare_with(&mut self, earlier: Vec<RecordedRun>) {
        if earlier.is_empty() {
            return;
        }
        let mut runs = earlier;
        runs.push(RecordedRun {
            name: self.summary.run.0.clone(),
            summary: self.summary.clone(),
            rates: self.rates.clone(),
            threads: self.trail.threads_in_stage_1(),
        });
        self.comparison = Some(compare(&runs));
    }

    /// The records of the beginnings and ends of the pauses.
    pub(super) fn pause_records(&self) -> Vec<Sequence> {
        let pauses = self.summary.replication.intervals.iter();
        pauses.flat_map(|pause| [pause.record, pause.end_record]).flatten().collect()
    }

    /// The same, and the one by which production was protected again.
    pub(super) fn exposure_records(&self) -> Vec<Sequence> {
        let protected = self.summary.protected_again.and_then(|again| again.record);
        let mut records = self.pause_records();
        records.extend(protected);
        records.dedup();
        records
    }

    /// The trail of the action that a record requested.
    pub(super) fn action(&self, request: Sequence) -> Option<&ActionTrail> {
        self.trail.actions.values().find(|action| action.requested == Some(request))
    }
}

/// The raw lines that the summary itself holds.
fn quotes_of(summary: &Summary) -> BTreeMap<Sequence, Quote> {
    let phases = summary.phases.iter().filter_map(|phase| phase.evidence.as_ref());
    let phases = phases.map(|evidence| (evidence.record, evidence.raw.clone(), evidence.offset));
    let findings = summary.findings.iter().filter_map(|finding| finding.cited.as_ref());
    let findings = findings.map(|cited| (cited.record, cited.raw.clone(), cited.offset));
    let quote = |(record, raw, offset)| (record, Quote { raw: Some(raw), offset, ..Quote::default() });
    phases.chain(findings).map(quote).collect()
}
