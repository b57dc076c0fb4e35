//! Whether the criteria of the test sheet were met.

use std::collections::BTreeSet;

use super::not_watched;
use super::recovery::{last_at_rest, not_usable, service_against_use, stated_usable, usable};
use super::schema::{JudgedCriterion, Judgement};
use super::statements::{unsettled_at, unsettled_since};
use crate::run::read::exposure::{certain_exposure, exposure};
use crate::run::read::restore::{ended_against, grounds_of_end, in_words};
use crate::run::state::Run;
use crate::run::values::{
    Backlog, Criterion, Elapsed, EvidenceSource, Finding, FindingSeverity, Grounds, Known, Length, PauseEnd,
    PauseInterval, PausedBy, Phase, Role, Sequence, Target, TestSheet, Timestamp,
};

pub(super) fn judged(run: &Run, now: Timestamp, sheet: &TestSheet) -> Vec<JudgedCriterion> {
    sheet.criteria.iter().map(|criterion| judge(run, now, criterion)).collect()
}

/// What came of one criterion.
struct Outcome {
    judgement: Judgement,
    grounds: Grounds,
    measured: Option<f64>,
    length: Option<Length>,
    reason: String,
    records: Vec<Sequence>,
}

impl Outcome {
    fn not_measured(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        let (judgement, grounds) = (Judgement::NotMeasured, Grounds::Read);
        Self { judgement, grounds, measured: None, length: None, reason, records: Vec::new() }
    }

    /// A length of time against its limit.
    fn of(what: &str, measured: Length, limit: Elapsed, records: Vec<Sequence>) -> Self {
        let (judgement, relation) = if measured.exact() <= limit {
            (Judgement::Passed, "within")
        } else {
            (Judgement::Failed, "more than")
        };
        let reason = format!("{what} {measured}, {relation} the {limit} allowed.");
        Self { judgement, reason, records, ..Self::not_measured("") }.with(Some(measured))
    }

    fn failed(reason: String, measured: Option<Length>, records: Vec<Sequence>) -> Self {
        let judgement = Judgement::Failed;
        Self { judgement, records, ..Self::not_measured(reason) }.with(measured)
    }

    /// What was measured, though it does not decide.
    fn undecided(reason: String, measured: Length, records: Vec<Sequence>) -> Self {
        Self { records, ..Self::not_measured(reason) }.with(Some(measured))
    }

    fn with(self, length: Option<Length>) -> Self {
        Self { measured: length.map(|length| length.exact().secs_f64()), length, ..self }
    }
}

fn judge(run: &Run, now: Timestamp, criterion: &Criterion) -> JudgedCriterion {
    let Outcome { judgement, grounds, measured, length, reason, records } = match criterion.target {
        Target::TimeToRestored { limit } => time_to_restored(run, now, limit),
        Target::TimeToUsable { limit } => time_to_usable(run, now, limit),
        Target::Exposure { limit } => exposed(run, now, limit),
        Target::LargestGap { limit } => largest_gap(run, limit),
        Target::OpenFindings { limit } => open_findings(run, limit),
    };
    let source = criterion.source.clone();
    let target = criterion.target;
    JudgedCriterion { target, source, measured, length, judgement, grounds, reason, records }
}

/// Whether nothing can change any more what is measured of the whole test.
fn is_over(run: &Run) -> bool {
    run.is_recorded_no_more() || run.phase() == Phase::Ended
}

/// The records of the start of stage 1 and of `end`.
fn records(run: &Run, end: Option<Sequence>) -> Vec<Sequence> {
    let begin = run.phases.span(Phase::Prepare).and_then(|span| span.evidence.as_ref());
    let last_at_rest = last_at_rest(run).filter(|_| run.has_begun_stage_1());
    last_at_rest.into_iter().chain(begin.map(|evidence| evidence.record)).chain(end).collect()
}

/// With how the end of a phase is known, where that was not read in the log. What speaks against a statement is named in
/// full where nothing else on page one names it.
fn known_by(run: &Run, phase: Phase, in_full: bool, mut outcome: Outcome) -> Outcome {
    let end = run.phases.span(phase).and_then(|span| span.evidence.as_ref());
    let what =
        if phase == Phase::Prepare { "The start of stage 1" } else { "That the namespace is restored" };
    let against = ended_against(run, phase);
    let how = match (end.map(|evidence| evidence.source), in_words(&against)) {
        (Some(EvidenceSource::Counter), _) => format!(" {what} is concluded from the GET counter."),
        (Some(EvidenceSource::Attested), None) => format!(" {what} was stated, not read."),
        (Some(EvidenceSource::Attested), Some(against)) if in_full => {
            format!(" {what} was stated, although {against}.")
        }
        (Some(EvidenceSource::Attested), Some(_)) => format!(" {what} was stated against what was read."),
        (Some(EvidenceSource::Log) | None, _) => String::new(),
    };
    outcome.reason.push_str(&how);
    outcome.records.extend(against.iter().filter_map(|against| against.record));
    Outcome { grounds: outcome.grounds.max(grounds_of_end(run, phase)), ..outcome }
}

/// A length of time from the start of stage 1 to the end of the restore or later, with how these are known. What speaks
/// against that end is named with the outcome.
fn of_the_restore(run: &Run, in_full: bool, outcome: Outcome) -> Outcome {
    let outcome = known_by(run, Phase::Prepare, in_full, outcome);
    let mut outcome = known_by(run, Phase::Stage2, false, outcome);
    let mut seen = BTreeSet::new();
    outcome.records.retain(|record| seen.insert(*record));
    outcome
}

/// When stage 1 began, or why no time since then is measured.
fn begun(run: &Run) -> Result<Timestamp, Outcome> {
    run.phases.started_at(Phase::Stage1).ok_or_else(|| {
        Outcome::not_measured(if run.has_begun_stage_1() {
            "The start of stage 1 was not observed."
        } else {
            "Stage 1 has not begun."
        })
    })
}

fn time_to_restored(run: &Run, now: Timestamp, limit: Elapsed) -> Outcome {
    let begun = match begun(run) {
        Ok(begun) => begun,
        Err(why) => return why,
    };
    if run.is_restored() {
        let end = run.phases.span(Phase::Stage2).and_then(|span| span.evidence.as_ref());
        let records = records(run, end.map(|evidence| evidence.record));
        let Some(restored) = run.phases.started_at(Phase::InUse) else {
            return Outcome { records, ..Outcome::not_measured("The end of stage 2 was not observed.") };
        };
        let taken = restored.length_since(begun);
        let outcome = match restored_by_log(run, begun).filter(|logged| logged.exact() > limit) {
            // What is read counts more than what was stated before it.
            Some(logged) if taken.exact() <= limit => Outcome::failed(
                format!(
                    "The namespace was stated as restored after {taken}; its log showed that only after {logged}, more \
                     than the {limit} allowed."
                ),
                Some(logged),
                records,
            ),
            _ => by_bounds(
                run,
                begun,
                Outcome::of("The namespace was restored in", taken, limit, records),
                limit,
            ),
        };
        let outcome = of_the_restore(run, true, outcome);
        return match run.failed {
            Some(failed) => failed_afterwards(outcome, taken, failed),
            None => outcome,
        };
    }
    if let Some(failed) = run.failed {
        return Outcome::failed("The restore failed.".to_owned(), None, records(run, Some(failed)));
    }
    if run.phase() == Phase::Ended {
        let reason = "The test was ended before the namespace was restored.".to_owned();
        return Outcome::failed(reason, None, records(run, None));
    }
    unfinished(
        run,
        now.length_since(begun),
        limit,
        ["The namespace is not restored", "The namespace was not restored"],
    )
}

/// A start that is concluded from the counter has bounds: a limit between them decides nothing.
fn by_bounds(run: &Run, begun: Timestamp, outcome: Outcome, limit: Elapsed) -> Outcome {
    let uncertain = run.stage_1_begun_by().map_or(Elapsed::ZERO, |by| by.since(begun));
    let Some(longest) = outcome.length.filter(|_| outcome.judgement == Judgement::Failed) else {
        return outcome;
    };
    if longest.exact().saturating_sub(uncertain) > limit {
        return outcome;
    }
    let shortest = longest.exact().saturating_sub(uncertain);
    let reason = format!(
        "It took {shortest} to {longest}, as when stage 1 began is known to within {uncertain}, while {limit} are allowed."
    );
    Outcome { judgement: Judgement::NotMeasured, reason, ..outcome }
}

/// How long the restore took by the log, where its end had been stated before.
fn restored_by_log(run: &Run, begun: Timestamp) -> Option<Length> {
    let end = run.phases.span(Phase::Stage2)?.evidence.as_ref()?;
    let logged = run.final_lines.both_at.filter(|_| end.source == EvidenceSource::Attested)?;
    Some(logged.length_since(begun))
}

/// A length of time that still grows, or grew when the record ended; `not_yet` of now and of then.
fn unfinished(run: &Run, elapsed: Length, limit: Elapsed, [now, then]: [&str; 2]) -> Outcome {
    let records = records(run, None);
    let what = if run.is_recorded_no_more() {
        format!("{then} when the record ended, after {elapsed}")
    } else {
        format!("{now} after {elapsed} so far")
    };
    if elapsed.exact() > limit {
        let reason = format!("{what}, more than the {limit} allowed.");
        return Outcome::failed(reason, Some(elapsed), records);
    }
    Outcome { records, ..Outcome::not_measured(format!("{what}.")) }
}

/// Of a restore that was complete, and that somebody stated to have failed all the same.
fn failed_afterwards(restored: Outcome, taken: Length, failed: Sequence) -> Outcome {
    let reason = format!("{} The restore was stated to have failed after that.", restored.reason);
    let records = restored.records.into_iter().chain([failed]).collect();
    Outcome::failed(reason, Some(taken), records)
}

fn time_to_usable(run: &Run, now: Timestamp, limit: Elapsed) -> Outcome {
    let begun = match begun(run) {
        Ok(begun) => begun,
        Err(why) => return why,
    };
    if let Some(usable) = usable(run) {
        let (taken, mut records) = (usable.since.length_since(begun), records(run, Some(usable.record)));
        let words = "The restored appliance was stated as usable after";
        let is_doubted = stated_usable(run, usable).is_in_doubt();
        let mut outcome = by_bounds(run, begun, Outcome::of(words, taken, limit, Vec::new()), limit);
        for danger in unsettled_at(run, usable.record) {
            let sentence = format!(" It was stated although this was not settled: {}.", danger.headline());
            outcome.reason.push_str(&sentence);
            records.push(danger.record);
        }
        for danger in unsettled_since(run, usable.record) {
            let sentence = format!(" After that this was found, and is not settled: {}.", danger.headline());
            outcome.reason.push_str(&sentence);
            records.push(danger.record);
        }
        if let Some(service) = service_against_use(run, usable) {
            let sentence = format!(" It was stated although {}.", service.text);
            outcome.reason.push_str(&sentence);
            records.extend(service.record);
        }
        // Only a person can say that it can be used.
        outcome.grounds = if is_doubted { Grounds::Doubted } else { Grounds::Stated };
        if usable.is_dated_otherwise() {
            let at = usable.at.in_words();
            let is_late = usable.at.length_since(begun).exact() > limit;
            let late = if is_late { ", later than allowed" } else { "" };
            let sentence = format!(" That was stated only at {at}{late}.");
            outcome.reason.push_str(&sentence);
            outcome.grounds = outcome.grounds.max(if is_late { Grounds::Doubted } else { Grounds::Stated });
        }
        return of_the_restore(run, false, Outcome { records, ..outcome });
    }
    if let Some(failed) = run.failed {
        return Outcome::failed("The restore failed.".to_owned(), None, records(run, Some(failed)));
    }
    if is_over(run) {
        let why = not_usable(run);
        return Outcome::not_measured(format!(
            "Whether the restored appliance can be used is not known: {why}."
        ));
    }
    unfinished(
        run,
        now.length_since(begun),
        limit,
        ["The restored appliance is not stated as usable", "The restored appliance was not stated as usable"],
    )
}

fn exposed(run: &Run, now: Timestamp, limit: Elapsed) -> Outcome {
    let exposure = exposure(run, now);
    let Some(total) = exposure.total else {
        return Outcome::not_measured("Whether production was protected was never read or stated.");
    };
    let protected = |pause: &PauseInterval| Some(pause.recovery.as_ref()?.protected()?.record);
    let of_pause = |pause: &PauseInterval| [pause.record, pause.end_record, protected(pause)];
    let mut records: Vec<_> = run.replication.intervals.iter().flat_map(of_pause).flatten().collect();
    // Without a backlog, the reading that ends the pause also protects.
    records.dedup();
    // A pause that may have ended unseen counts as lasting, so the true length may lie below; and the other way round.
    if total.exact() > limit && exposure.at_most {
        let certain = certain_exposure(run, now);
        let up_to = if exposure.began_unseen { "about" } else { "at most" };
        let bounds = format!("Production was exposed for at least {certain} and {up_to} {total}");
        return if certain > limit {
            Outcome::failed(format!("{bounds}, more than the {limit} allowed."), Some(total), records)
        } else {
            let reason = format!("{bounds}, while {limit} are allowed; how long exactly was not observed.");
            Outcome::undecided(reason, total, records)
        };
    }
    if total.exact() > limit {
        let reason = format!("Production was exposed for {total}, more than the {limit} allowed.");
        return Outcome::failed(reason, Some(total), records);
    }
    let lasts = run.replication.open_pause().is_some() || run.replication.recovery_under_way().is_some();
    let is_settled = run.replication.state == Known::Running && !lasts;
    if is_settled && is_over(run) && !exposure.began_unseen {
        let what = if exposure.at_most {
            "Production was exposed for at most"
        } else {
            "Production was exposed for"
        };
        return pauses_known_by(run, Outcome::of(what, total, limit, records));
    }
    let unsent = run.replication.recovery_under_way().map(|recovery| recovery.backlog);
    let no_more = run.is_recorded_no_more();
    let why = match run.replication.state {
        Known::Paused if no_more => "replication was paused when the record ended",
        Known::Paused => "replication is still paused",
        Known::Unreadable | Known::Unknown => "whether replication runs again is not known",
        Known::Running if matches!(unsent, Some(Backlog::Waiting(_))) && no_more => {
            "data of the pause was still to be sent when the record ended"
        }
        Known::Running if matches!(unsent, Some(Backlog::Waiting(_))) => {
            "data of the pause is still to be sent"
        }
        Known::Running if unsent.is_some() => "what of the pause is still to be sent was not read",
        Known::Running if exposure.began_unseen => {
            "a pause began before it was first seen, or may have gone unseen"
        }
        Known::Running => "the test is not over",
    };
    let at_least = if is_over(run) && !exposure.at_most { "at least " } else { "" };
    let so_far = if is_settled || no_more { "" } else { " so far" };
    let reason = format!("Production was exposed for {at_least}{total}{so_far}, and {why}.");
    Outcome::undecided(reason, total, records)
}

/// With what of the pauses rests on the word of a person.
fn pauses_known_by(run: &Run, mut outcome: Outcome) -> Outcome {
    let is_stated = |pause: &PauseInterval| pause.by == PausedBy::Attested || pause.end == PauseEnd::Stated;
    if !run.replication.attested && !run.replication.intervals.iter().any(is_stated) {
        return outcome;
    }
    let against = run.tracking.stated_change.and_then(|stated| stated.against);
    let (grounds, how) = match against.filter(|_| run.replication.attested) {
        None => {
            (Grounds::Stated, " Not every begin and end of a pause was read: some were stated.".to_owned())
        }
        Some(read_at) => (
            Grounds::Doubted,
            format!(
                " That replication runs was stated, although it was read as paused at {}.",
                read_at.in_words()
            ),
        ),
    };
    outcome.reason.push_str(&how);
    Outcome { grounds, ..outcome }
}

fn largest_gap(run: &Run, limit: Elapsed) -> Outcome {
    let longest = not_watched::longest_in_test(run);
    let measured = longest.map_or(Length::ZERO, |(_, length)| length);
    let records: Vec<_> = longest.and_then(|(gap, _)| gap.record).into_iter().collect();
    if measured.exact() > limit {
        let from = longest.map(|(gap, _)| gap.from.in_words().to_string()).unwrap_or_default();
        let reason =
            format!("The longest gap took {measured}, from {from} on, more than the {limit} allowed.");
        return Outcome::failed(reason, Some(measured), records);
    }
    let not_measured = |why: &str| Outcome::not_measured(why);
    if !run.has_begun_stage_1() {
        return not_measured("Stage 1 has not begun, so that nothing was to be watched.");
    }
    if run.phases.started_at(Phase::Stage1).is_none_or(|begun| begun < run.started_at) {
        return not_measured("The watch began after stage 1 had, and what came before was not watched.");
    }
    if run.dropped.gaps > 0 {
        return not_measured("There were more gaps than the record could list.");
    }
    if let Some(open) = not_watched::of_unknown_length(run) {
        let reason = format!("How long a gap of the log lasted is not known: {}.", open.reason);
        return Outcome { records: open.record.into_iter().collect(), ..not_measured(&reason) };
    }
    if run.dropped.records > 0 {
        return not_measured(
            "The disk took no record for a while, and a gap may be among the records that are lost.",
        );
    }
    if !is_over(run) {
        let reason = format!("The longest gap so far is {measured}, and the test is not over.");
        return Outcome::undecided(reason, measured, records);
    }
    if let Some(since) = run.log.away_since.filter(|_| run.phase() < Phase::InUse) {
        let (missed, since) = (run.last_at.length_since(since), since.in_words());
        let reason = format!("The log was not followed from {since} to the end of the record");
        return if missed.exact() > limit {
            let reason = format!("{reason}, which is at least {missed}, more than the {limit} allowed.");
            Outcome::failed(reason, Some(missed), records)
        } else {
            not_measured(&format!("{reason}."))
        };
    }
    let mut outcome = if measured == Length::ZERO {
        let reason = format!("No gap of the log is on record; up to {limit} is allowed.");
        Outcome { judgement: Judgement::Passed, ..Outcome::undecided(reason, measured, Vec::new()) }
    } else {
        Outcome::of("The longest gap of the log took", measured, limit, records)
    };
    let unread = run.disturbance().unread;
    if let Some(stages) = unread.stages() {
        let (primary, total) = (run.name(Role::Primary), unread.total());
        let not_counted = format!(" Not counted: {primary} was not read for {total} during {stages}.");
        outcome.reason.push_str(&not_counted);
        // Nobody knows what it did meanwhile.
        if total > limit && outcome.judgement == Judgement::Passed {
            outcome.judgement = Judgement::NotMeasured;
        }
    }
    outcome
}

fn open_findings(run: &Run, limit: u64) -> Outcome {
    let weighs = |finding: &&Finding| finding.severity >= FindingSeverity::Attention;
    let open: Vec<_> = run.open_findings().filter(weighs).map(|finding| finding.record).collect();
    let count = u64::try_from(open.len()).unwrap_or(u64::MAX);
    let found = match count {
        0 => "No finding of attention or worse is open".to_owned(),
        1 => "1 finding of attention or worse is open".to_owned(),
        count => format!("{count} findings of attention or worse are open"),
    };
    // An acknowledgement closes a finding for this target, but settles none.
    let accepted = match run.accepted_dangers().count() {
        0 => String::new(),
        count => format!(" Not counted: {count} blocking, acknowledged and not settled."),
    };
    let (judgement, reason) = match (is_over(run), count <= limit) {
        (false, _) => (Judgement::NotMeasured, format!("{found}, and the test is not over.")),
        (true, true) => (Judgement::Passed, format!("{found}; at most {limit} may be.{accepted}")),
        (true, false) => (Judgement::Failed, format!("{found}; at most {limit} may be.")),
    };
    #[expect(clippy::cast_precision_loss, reason = "a run holds a few thousand findings at most")]
    let measured = Some(count as f64);
    Outcome { judgement, grounds: Grounds::Read, measured, length: None, reason, records: open }
}
