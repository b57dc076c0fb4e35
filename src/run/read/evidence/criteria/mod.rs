//! Whether the criteria of the test sheet were met.

mod outcome;
mod times;

use self::outcome::{Outcome, is_over};
use self::times::{time_to_restored, time_to_usable};
use super::not_watched;
use super::schema::{JudgedCriterion, Judgement};
use crate::run::read::exposure::{certain_exposure, exposure};
use crate::run::state::Run;
use crate::run::values::{
    Backlog, Criterion, Elapsed, Finding, FindingSeverity, Grounds, Known, Length, PauseEnd, PauseInterval,
    PausedBy, Phase, Role, Target, TestSheet, Timestamp,
};

pub(super) fn judged(run: &Run, now: Timestamp, sheet: &TestSheet) -> Vec<JudgedCriterion> {
    sheet.criteria.iter().map(|criterion| judge(run, now, criterion)).collect()
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
    let is_settled = run.replication_state() == Known::Running && !lasts;
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
    let why = match run.replication_state() {
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
    let against = run
        .tracking
        .stated_change
        .and_then(|stated| stated.against.filter(|read_at| !run.may_have_changed(*read_at, stated.at)));
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
