//! What happened when: phases, pauses, actions, findings, gaps and notes on one axis, the phases with their evidence,
//! and everything by time.

use crate::report::document::phrases::phase_title;
use crate::report::document::table::{UNKNOWN, known};
use crate::report::document::{Bar, Block, Drawing, Figure, Item, Mark, Prose, Row, Tone};
use crate::report::value::{Happened, Report};
use crate::run::{
    EventKind, Evidence, EvidenceSource, FindingSeverity, Gap, Phase, PhaseSummary, Precision, Summary,
    Timestamp,
};
use crate::text::{grouped, iso};

/// Shown where the begin or end of a phase was not observed.
const NOT_SEEN: &str = "–";

/// So many events are listed; of more, those of less weight are left out.
const MAX_EVENTS: usize = 400;

pub(in crate::report::sections) fn timeline(report: &Report) -> Vec<Block> {
    let summary = &report.summary;
    let (from, to) = span(report);
    let mut blocks = vec![Block::Figure(figure(report, (from, to)))];
    let outside = outside(report, (from, to));
    if !outside.is_empty() {
        blocks.push(Block::Heading(if from > summary.started_at {
            "Not on the axis, which begins shortly before the restore"
        } else {
            "Not on the axis, which ends with the watch"
        }));
        blocks.push(Block::List(outside));
    }
    blocks.push(Block::Heading("Phases"));
    let head = ["Phase", "Began", "Ended", ">Length", "End known by", ">Record"];
    let before = std::iter::once(None).chain(summary.phases.iter().map(Some));
    let rows = summary.phases.iter().zip(before);
    blocks.push(Block::table(head, rows.map(|(phase, before)| phase_row(summary, phase, before))));
    blocks.push(Block::Heading("Evidence of the phases"));
    blocks.push(Block::List(summary.phases.iter().map(|phase| phase_evidence(summary, phase)).collect()));
    blocks.push(Block::Heading("Gaps"));
    blocks.push(gaps(report));
    if !report.events.is_empty() {
        blocks.push(Block::Heading("What happened"));
        blocks.extend(events(&report.events));
    }
    blocks
}

/// When the end of `phase` was stated, where that was for another moment.
fn stated_at(summary: &Summary, phase: &PhaseSummary) -> Option<Timestamp> {
    let by = phase.evidence.as_ref().filter(|evidence| evidence.source == EvidenceSource::Attested)?.record;
    let stated = summary.test.statements.iter().find(|stated| stated.record == by)?;
    stated.is_dated_otherwise().then_some(stated.at)
}

fn phase_row(summary: &Summary, phase: &PhaseSummary, before: Option<&PhaseSummary>) -> [Prose; 6] {
    let with_both = |prose: Prose, stated: Option<Timestamp>| match stated {
        Some(stated) => prose.and(", stated at ").and_at(stated),
        None => prose,
    };
    let over = phase.ended_at.is_some() || phase.precision == Precision::Unobserved;
    let begun = phase.started_at.is_some() || over;
    let ended = Prose::at_or(phase.ended_at, if over { UNKNOWN } else { NOT_SEEN });
    let lasted = if begun { known(phase.seconds, |length| length) } else { NOT_SEEN.to_owned() };
    let source = phase.evidence.as_ref().map(|evidence| evidence.source);
    let end = match (phase.precision, source) {
        (_, _) if !over && phase.seconds.is_some() => "not ended",
        (_, _) if !over => NOT_SEEN,
        (Precision::Unobserved, _) | (_, None) => "not observed",
        (Precision::Estimated, Some(EvidenceSource::Log)) => "log, time estimated",
        (_, Some(EvidenceSource::Log)) => "log",
        (_, Some(EvidenceSource::Counter)) => "counter, time estimated",
        (_, Some(EvidenceSource::Attested)) => "statement",
    };
    let record = phase.evidence.as_ref().filter(|_| over).map(|evidence| evidence.record);
    let start = Prose::at_or(phase.started_at, NOT_SEEN);
    let begin_stated =
        before.filter(|_| phase.started_at.is_some()).and_then(|before| stated_at(summary, before));
    let end_stated = phase.ended_at.and_then(|_| stated_at(summary, phase));
    [
        phase_title(summary, phase.name).into(),
        with_both(start, begin_stated),
        with_both(ended, end_stated),
        lasted.into(),
        end.into(),
        Prose::records(&record),
    ]
}

fn phase_evidence(summary: &Summary, phase: &PhaseSummary) -> Item {
    let name = Prose::text(format!("{}: ", phase_title(summary, phase.name)));
    let Some(Evidence { record, source, raw, offset }) = &phase.evidence else {
        return Item::new(name.and("none on record"));
    };
    let source = match source {
        EvidenceSource::Log => "log line",
        EvidenceSource::Counter => "inferred from the GET counter",
        EvidenceSource::Attested => "stated by the engineer",
    };
    let prose = name.and(source).citing(Some(*record));
    let prose = match offset {
        Some(offset) => prose.and(format!(", byte {} of dr.log", grouped(offset.0))),
        None => prose,
    };
    Item { more: vec![Prose::code(raw)], ..Item::new(prose) }
}

fn gaps(report: &Report) -> Block {
    let item = |gap: &Gap| {
        let lasted =
            gap.length().map_or_else(|| "for an unknown time".to_owned(), |length| length.to_string());
        let place = format!(" ({lasted}), byte {} of dr.log", grouped(gap.offset.0));
        let prose = Prose::at(gap.from).and(" to ").and_at(gap.to).and(place);
        let prose = prose.citing(gap.record);
        Item { more: vec![Prose::text("why: ").and_foreign(&gap.reason)], ..Item::new(prose) }
    };
    Block::list(report.summary.gaps.iter().map(item), "None on record.")
}

fn events(events: &[Happened]) -> Vec<Block> {
    let matters = |event: &&Happened| {
        events.len() <= MAX_EVENTS
            || event.severity >= FindingSeverity::Attention
            || matches!(event.kind, EventKind::Phase | EventKind::Pause | EventKind::Action | EventKind::Note)
    };
    let shown: Vec<_> = events.iter().filter(matters).take(MAX_EVENTS).collect();
    let left_out = events.len() - shown.len();
    let row = |event: &Happened| {
        let weight = match event.severity {
            FindingSeverity::Info => Prose::text(event.kind.word()),
            _ => Prose::strong(event.kind.word()),
        };
        [Prose::at(event.at), weight, Prose::foreign(&event.text), Prose::records(&event.record)]
    };
    let head = ["At", "What", "In words", ">Record"];
    let mut blocks = vec![Block::table(head, shown.into_iter().map(row))];
    if left_out > 0 {
        blocks.push(Block::text(format!(
            "{} more events are left out here; they stand in the journal.",
            grouped(left_out as u64)
        )));
    }
    blocks
}

/// What the axis reaches: the watch, and what is known of the test before it. What was planned otherwise, stated days
/// later, or logged in the year before a restore that was imported, would leave the test a sliver at one end.
fn span(report: &Report) -> (Timestamp, Timestamp) {
    let started = report.summary.started_at;
    let (from, to) = whole_span(report, started);
    let restore = |phase: &PhaseSummary| phase.started_at.filter(|_| phase.name > Phase::Prepare);
    match report.summary.phases.iter().find_map(restore) {
        Some(begins) if report.summary.imported.is_some() => {
            (from.max(begins.shifted(-to.offset_from(begins))), to)
        }
        _ => (from, to),
    }
}

fn whole_span(report: &Report, started: Timestamp) -> (Timestamp, Timestamp) {
    let times = times(report);
    let from = times.iter().copied().min().unwrap_or(started);
    let to = report.watched_until.or_else(|| times.iter().copied().max()).unwrap_or(started);
    (from, to.max(from))
}

/// What is not drawn, with its time.
fn outside(report: &Report, (from, to): (Timestamp, Timestamp)) -> Vec<Item> {
    let test = &report.summary.test;
    let is_outside = |at: Timestamp| at < from || at > to;
    let planned = test.procedure.iter().filter_map(|step| {
        let at = step.planned_at.filter(|at| is_outside(*at))?;
        Some(Prose::text(format!("planned: {}, ", step.step.title())).and_at(at))
    });
    let issues = test.issues.iter().filter_map(|issue| {
        let at = issue.stated_at.filter(|at| is_outside(*at))?;
        let prose = Prose::text("what is done about ").and_code(&issue.code).and(" was stated, ").and_at(at);
        Some(prose.with_source(issue.record))
    });
    let earlier = (from > report.summary.started_at)
        .then(|| Prose::text("the log before the restore, from ").and_at(report.summary.started_at));
    // What is on record of that time stands below as well.
    let events = report.events.iter().filter(|event| event.at > to);
    let events =
        events.map(|event| Prose::foreign(&event.text).and(", ").and_at(event.at).with_source(event.record));
    earlier.into_iter().chain(planned).chain(issues).chain(events).map(Item::new).collect()
}

fn figure(report: &Report, (from, to): (Timestamp, Timestamp)) -> Figure {
    let summary = &report.summary;
    let bar = |from, to, tone, label| Bar { from, to, tone, label };
    let used = summary.test.recovery.stated_usable.as_ref().map(|stated| stated.since);
    let phases = summary.phases.iter().flat_map(|phase| {
        let ended = |began| phase.ended_at.or_else(|| Some(began + phase.seconds?.exact()));
        let Some((began, ended)) = phase.started_at.and_then(|began| Some((began, ended(began)?))) else {
            return Vec::new();
        };
        let (tone, label) = match phase.name {
            Phase::Prepare => (Tone::Plain, "prepare"),
            Phase::Stage1 => (Tone::First, "stage 1"),
            Phase::Stage2 => (Tone::Second, "stage 2"),
            Phase::InUse | Phase::Ended => {
                // It is in use from the time that was stated, and was only restored before.
                let used = used.map_or(ended, |used| used.clamp(began, ended));
                let restored = bar(began, used, Tone::Plain, "restored");
                let in_use = bar(used, ended, Tone::Third, "in use");
                return [restored, in_use].into_iter().filter(|bar| bar.from < bar.to).collect();
            }
        };
        vec![bar(began, ended, tone, label)]
    });
    let pauses = summary
        .replication
        .intervals
        .iter()
        .map(|pause| bar(pause.from, pause.to.unwrap_or(to), Tone::Attention, "paused"));
    let gaps = summary.gaps.iter().map(|gap| bar(gap.from, gap.to, Tone::Bad, ""));
    let planned =
        summary.test.procedure.iter().filter_map(|step| {
            Some(mark(step.planned_at.filter(|at| *at >= from && *at <= to)?, Tone::Plain))
        });
    let taken = summary.test.procedure.iter().filter_map(|step| Some(mark(step.started_at?, Tone::First)));
    let actions = summary.actions.iter().map(|action| mark(action.requested_at, Tone::First));
    let findings = summary.findings.iter().map(|finding| mark(finding.opened_at, tone(finding.severity)));
    let notes = summary.notes.iter().map(|note| mark(note.at, Tone::Third));
    let rows = vec![
        row("planned", Vec::new(), planned.collect()),
        row("steps taken", Vec::new(), taken.collect()),
        row("phases", phases.collect(), Vec::new()),
        row("replication", pauses.collect(), Vec::new()),
        row("actions", Vec::new(), actions.collect()),
        row("findings", Vec::new(), findings.collect()),
        row("gaps", gaps.collect(), Vec::new()),
        row("notes", Vec::new(), notes.collect()),
    ];
    // What nobody planned or wrote needs no empty row.
    let is_shown = |row: &Row| {
        matches!(row.label, "phases" | "replication" | "findings" | "gaps")
            || !row.bars.is_empty()
            || !row.marks.is_empty()
    };
    Figure {
        id: "figure-timeline",
        title: format!("The run on one axis, {} to {}", iso(from), iso(to)),
        description: format!(
            "{} phases, {} pauses of replication, {} actions, {} findings, {} gaps and {} notes by time; each is listed below.",
            summary.phases.iter().filter(|phase| phase.started_at.is_some()).count(),
            summary.replication.intervals.len(),
            summary.actions.len(),
            summary.findings.len(),
            summary.gaps.len(),
            summary.notes.len(),
        ),
        drawing: Drawing::Timeline {
            from,
            to,
            rows: rows.into_iter().map(|row| on_axis(row, (from, to))).filter(is_shown).collect(),
        },
        legend: legend(used.is_some()),
    }
}

fn legend(is_used: bool) -> Vec<(&'static str, String)> {
    let of_use = is_used.then(|| ("third", "in use, as stated".to_owned()));
    let others = [
        ("plain", "prepare, restored, finding for information"),
        ("attention", "replication paused, finding of attention"),
        ("bad", "blocking finding, gap"),
    ];
    others.map(|(class, words)| (class, words.to_owned())).into_iter().chain(of_use).collect()
}

fn row(label: &'static str, bars: Vec<Bar>, marks: Vec<Mark>) -> Row {
    Row { label, bars, marks }
}

/// What of `row` is on the axis.
fn on_axis(row: Row, (from, to): (Timestamp, Timestamp)) -> Row {
    let bars = row.bars.into_iter().filter(|bar| bar.to >= from && bar.from <= to);
    let bars = bars.map(|bar| Bar { from: bar.from.max(from), ..bar }).collect();
    let marks = row.marks.into_iter().filter(|mark| mark.at >= from && mark.at <= to).collect();
    Row { bars, marks, ..row }
}

fn mark(at: Timestamp, tone: Tone) -> Mark {
    Mark { at, tone }
}

const fn tone(severity: FindingSeverity) -> Tone {
    match severity {
        FindingSeverity::Info => Tone::Plain,
        FindingSeverity::Attention => Tone::Attention,
        FindingSeverity::Blocking => Tone::Bad,
    }
}

/// Every time of what was watched, or is known of the test before the watch.
fn times(report: &Report) -> Vec<Timestamp> {
    let summary = &report.summary;
    let phases = summary.phases.iter().flat_map(|phase| {
        let so_far = phase.started_at.zip(phase.seconds).map(|(began, length)| began + length.exact());
        [phase.started_at, phase.ended_at.or(so_far)]
    });
    let pauses = summary.replication.intervals.iter().flat_map(|pause| [Some(pause.from), pause.to]);
    let steps = summary.test.procedure.iter().flat_map(|step| [step.started_at, step.ended_at]);
    let findings = summary.findings.iter().map(|finding| Some(finding.opened_at));
    let gaps = summary.gaps.iter().flat_map(|gap| [Some(gap.from), Some(gap.to)]);
    let notes = summary.notes.iter().map(|note| Some(note.at));
    let ends = [Some(summary.started_at), summary.ended_at];
    let times =
        ends.into_iter().chain(phases).chain(pauses).chain(steps).chain(findings).chain(gaps).chain(notes);
    times.flatten().collect()
}
