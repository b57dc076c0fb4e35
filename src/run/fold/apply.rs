//! The fold: what a further record makes of a run. Each event is dispatched to the function of its subject.

use super::appliances::{connection, identity, readings, replies};
use super::engineer::consents::Words;
use super::engineer::{consents, evidence, notes, people};
use super::log::{alarms, chunks, near_miss, set_back};
use super::restore::{baseline, disturbed, markers, stage_1_start, statements};
use super::{actions, bucket, findings, preflight, replication};
use crate::run::read::{appliances::pair, preflight::Basis};
use crate::run::state::{Consented, MadePrediction, Run, SignOff, push_bounded};
use crate::run::values::{Code, Event, Phase, Record, TimerEvent, Timestamp, Wording};

/// Applies `record` to `run`.
///
/// Total and pure: any record may follow any other, and equal records give equal runs. A record at or before the
/// position already reached was applied before and changes nothing.
pub fn apply(run: &mut Run, record: &Record) {
    if record.seq <= run.last {
        return;
    }
    run.last = record.seq;
    run.recorded_at = run.recorded_at.max(record.at);
    if record.event.is_about_the_test() {
        // It may be added days after the watch: it is no sign of life, and no time passes in the run by it.
        evidence::stated(run, record);
        return;
    }
    let before = std::mem::replace(&mut run.last_at, record.at);
    // Taken before the record is applied, to be compared with what it leaves.
    let basis = Basis::of(run);
    // An answer of another machine does not describe this appliance. The supervisor asks it nothing, but an answer
    // over a shell opened before may still arrive.
    if !record.event.answers().is_some_and(|role| run.is_stranger(role)) {
        connection::heard(run, record);
        replies::remember(run, record);
        dispatch(run, record, before);
    }
    if pair::in_doubt(run) {
        // The pair may look right again later, but a confirmation of a wrong pair stays void.
        run.confirmed = None;
    }
    preflight::mark_stale(run, basis, record.seq);
    disturbed::settle(run, record);
    // Last: the rules read the run as the whole record leaves it.
    findings::settle(run, record);
}

/// `before` is the time of the record before this one.
fn dispatch(run: &mut Run, record: &Record, before: Timestamp) {
    match &record.event {
        // What is about the test is taken in by `apply`.
        Event::RunStarted(_)
        | Event::ActionRefused { .. }
        | Event::Exported { .. }
        | Event::IssueStated { .. }
        | Event::Signed(_) => {}
        Event::RunContinued { held, since, recorder, distrusted, .. } => {
            // Where `since` is absent, the record before is the last sign of life.
            connection::continued(run, record, since.unwrap_or(before), held.as_deref());
            people::goes_on(run, record, recorder);
            identity::taken_over(run, recorder, distrusted.is_some());
        }
        Event::EngineerNamed { engineer, user } => people::named(run, record, engineer.as_deref(), user),
        Event::TestSheetStated { .. } | Event::TestSheetFrozen { .. } | Event::HeadSent { .. } => {
            evidence::stated(run, record);
        }
        Event::OwnClock { behind } => run.own_clock_behind = *behind,
        Event::LinkChanged { role, link } => connection::link(run, record, *role, link),
        Event::Identified { role, identity, .. } => identity::identified(run, record, *role, identity),
        Event::NamesConfirmed { .. } => identity::confirmed(run, record),
        Event::CounterRead(answer) => stage_1_start::counter_read(run, record, answer),
        Event::ThreadsRead(answer) => readings::threads(run, record, answer),
        Event::ServiceRead { role, answer } => readings::service(run, record, *role, answer),
        Event::BucketNamed { role, answer } => identity::bucket(run, record, *role, answer),
        Event::ReplicationRead { answer, backlog } => replication::read(run, record, answer, *backlog),
        Event::BaselineTaken { user } => baseline::choose(run, record, user),
        Event::ListingStarted { .. } => run.listing_since = Some(record.at),
        Event::ListingRead { listing, cause, took, .. } => {
            bucket::listed(run, record, listing, *cause, *took);
        }
        Event::ListingRefused { reason, .. } => {
            run.listing_since = None;
            run.listing_refused = Some(reason.clone());
        }
        Event::LogChunk { offset, bytes, tally, received_at, .. } => {
            // A chunk that waited for the disk was received earlier than it is on record.
            chunks::chunk(run, record, *offset, *bytes, *tally, received_at.unwrap_or(record.at));
        }
        Event::MarkerSeen { marker, line } => markers::marker(run, record, *marker, line),
        Event::AlarmSeen { alarm, line } => alarms::alarm(run, record, alarm, line),
        Event::NearMissSeen { of, line } => near_miss::seen(run, record, of, line),
        Event::LogSearched(answer) => markers::searched(run, record, &answer.reading),
        Event::MarkersClaimed { claimed, .. } => markers::claimed(run, record, claimed),
        Event::RfsdRestarted { before, after, line } => alarms::restarted(run, record, *before, *after, line),
        Event::LogClockSetBack { from, line } => set_back::seen(run, record, *from, line),
        Event::LogGap(gap) => chunks::gap(run, record, gap),
        Event::LogFollowed => {
            run.log.followed = true;
            run.log.lost = None;
            run.log.silences.interrupt(record.at, run.log.away_since.take());
        }
        Event::LogLost { reason } => {
            run.log.away_since.get_or_insert(record.at);
            run.log.silences.interrupt(record.at, None);
            run.log.lost = Some((record.at, reason.clone()));
        }
        Event::ClockOffset { role, seconds } => identity::clock(run, record, *role, *seconds),
        Event::ActionRequested { .. } => actions::requested(run, record),
        Event::LeftPaused { user } => replication::left(run, record, user),
        Event::ActionSent { id, sent, answer, remark } => {
            actions::sent(run, *id, sent, answer, remark.as_deref());
        }
        Event::ActionSettled { id, state } => actions::settled(run, record, *id, state),
        Event::Attested { .. } => statements::attested(run, record),
        Event::Noted { text, user, line } => notes::noted(run, record, text, user, line.as_ref()),
        Event::NoteEdited { .. } => notes::edited(run, record),
        Event::PreflightJudged { verdict, items } => {
            preflight::judged(run, record.at, record.seq, *verdict, items);
        }
        Event::SignedOff { text, user, consent } => {
            let words = Words { typed: None, reason: Some(text), user };
            consents::given(run, record, Consented::SignOff, consent.as_ref(), &words);
            let (text, user, engineer) = (text.clone(), user.clone(), run.engineer.clone());
            run.signed_off = Some(SignOff { at: record.at, text, user, engineer, record: record.seq });
        }
        Event::Acknowledged { .. } => run.acknowledge(record),
        Event::Predicted(prediction) => {
            let made = MadePrediction { at: record.at, record: record.seq, prediction: *prediction };
            push_bounded(&mut run.predictions, &mut run.dropped.predictions, made);
        }
        Event::Due(event) => timer_event(run, record.at, *event),
        Event::RecordHole { from, records, reason } => hole(run, record, *from, *records, reason),
        Event::RunEnded(ending) => {
            run.ending = Some(ending.clone());
            run.ended_by = Some(record.seq);
            // Its reply would come over a connection that ends with the watch.
            run.listing_since = None;
        }
    }
}

/// Remembers a timer event; the rules derive findings from it.
fn timer_event(run: &mut Run, at: Timestamp, event: TimerEvent) {
    match event {
        TimerEvent::Stalled if run.phase() == Phase::Stage1 => run.reported.stalled = Some(at),
        TimerEvent::Stalled => {}
        TimerEvent::BudgetUsed { percent } => {
            run.reported.budget_percent = run.reported.budget_percent.max(percent);
        }
        TimerEvent::Lost { role } => run.appliance_mut(role).reported_lost = Some(at),
        TimerEvent::NoInfoLines if run.tracking.info_seen => {}
        TimerEvent::NoInfoLines => run.reported.no_info_lines = Some(at),
        TimerEvent::LogSilent => run.reported.log_silent = Some(at),
    }
}

/// Records were held in memory, or lost, while the disk refused them.
fn hole(run: &mut Run, record: &Record, from: Timestamp, records: u64, reason: &str) {
    let outcome = match records {
        0 => "; what was held in memory meanwhile is written now".to_owned(),
        1 => ", and 1 record is lost".to_owned(),
        lost => format!(", and {lost} records are lost"),
    };
    let text = format!("Nothing could be written from {} on ({reason}){outcome}.", from.in_words());
    run.dropped.records = run.dropped.records.saturating_add(records);
    run.raise(record, Code::RecordHole, None, Wording::attention(text));
}
