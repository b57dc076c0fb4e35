//! The machine's clock is set, or nothing runs for a while: the times of a record stay right among
//! themselves, and what happened is on record.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::{advance, sleep};

use super::{event_loop, start};
use crate::{
    clock::{Clock, Setter},
    journal::{Content, JournalReader, find_run, read_run},
    run::{Arrival, Code, Elapsed, Event, Length, Record, Run, Summary, Timestamp, summarise},
    session::signals::Signals,
};

/// A run recorded while the machine's clock was set.
struct Recorded {
    records: Vec<Record>,
    run: Run,
    summary: Summary,
}

/// Plays the procedure; `set` moves the machine's clock meanwhile, the appliances' clock stays right.
async fn recorded<F: Future<Output = ()> + 'static>(set: impl FnOnce(Setter) -> F) -> Recorded {
    let runs = tempfile::tempdir().unwrap();
    let (clock, setter) = Clock::staged(start());
    let event_loop = event_loop(runs.path(), "procedure", clock, Clock::scaled(start(), 1.0))
        .with_witness(Box::new(|_, _, _| {}));
    let local = tokio::task::LocalSet::new();
    local.spawn_local(set(setter));
    let (run, _) = local.run_until(Box::pin(event_loop.run_to_end(Signals::listen().unwrap()))).await;
    let folder = find_run(runs.path(), "last").unwrap();
    let records = JournalReader::open(&folder).unwrap().map(|entry| match entry.unwrap().content {
        Content::Record(record) => record,
        Content::Opaque { kind, .. } => panic!("{kind}"),
    });
    let records = records.collect();
    let (replayed, report) = read_run(&folder).unwrap();
    assert_eq!(replayed, run, "the record tells the run that was watched");
    crate::commands::verify(&folder).unwrap();
    let summary = summarise(&run, run.last_at, report.head);
    Recorded { records, run, summary }
}

async fn undisturbed() -> Recorded {
    recorded(|_| async {}).await
}

impl Recorded {
    fn lengths(&self) -> Vec<Option<Elapsed>> {
        self.summary.phases.iter().map(|phase| phase.seconds.map(Length::exact)).collect()
    }

    fn own_clock(&self) -> Vec<Elapsed> {
        let told = self.records.iter().filter_map(|record| match record.event {
            Event::OwnClock { behind } => Some(behind),
            _ => None,
        });
        told.collect()
    }

    fn edges(&self) -> usize {
        self.records.iter().filter(|record| matches!(record.event, Event::Due(_))).count()
    }
}

const HOUR: TimeDelta = TimeDelta::hours(1);

#[tokio::test(start_paused = true)]
async fn a_clock_set_back_an_hour_changes_no_span_and_is_an_event() {
    let plain = undisturbed().await;
    let disturbed = recorded(|setter| async move {
        sleep(Duration::from_mins(6)).await;
        setter.set(-HOUR);
    })
    .await;
    assert!(disturbed.records.is_sorted_by_key(|record| record.at), "time never runs back");
    assert_eq!(disturbed.own_clock(), [Elapsed::from_secs(3600)]);
    assert_eq!(disturbed.lengths(), plain.lengths());
    assert!(plain.lengths().iter().all(Option::is_some), "{:?}", plain.lengths());
    assert_eq!(disturbed.summary.replication.paused_seconds, plain.summary.replication.paused_seconds);
    assert_eq!(disturbed.edges(), plain.edges(), "neither a stall nor a loss nor a part of the budget");
    assert_eq!(
        (&disturbed.run.log.gaps, &disturbed.run.absences),
        (&plain.run.log.gaps, &plain.run.absences)
    );
    assert_eq!(disturbed.run.log.tally, plain.run.log.tally, "the log is followed as before");
    // The appliance's stamps are compared with the record's time, and so are as right as before.
    assert_eq!(disturbed.run.dr.clock_offset, plain.run.dr.clock_offset);
    let found: Vec<_> =
        disturbed.run.findings.iter().filter(|finding| finding.code == Code::OwnClockSetBack).collect();
    assert_eq!(found.len(), 1);
    assert!(found[0].text.contains("01:00:00 behind"), "{}", found[0].text);
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_back_and_right_again_leaves_nothing_but_the_two_events() {
    let plain = undisturbed().await;
    let disturbed = recorded(|setter| async move {
        sleep(Duration::from_mins(5)).await;
        setter.set(-HOUR);
        sleep(Duration::from_mins(5)).await;
        setter.set(TimeDelta::zero());
    })
    .await;
    assert_eq!(disturbed.own_clock(), [Elapsed::from_secs(3600), Elapsed::ZERO]);
    assert_eq!(disturbed.lengths(), plain.lengths());
    let open = disturbed
        .run
        .findings
        .iter()
        .any(|finding| finding.code == Code::OwnClockSetBack && finding.closed_at.is_none());
    assert!(!open);
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_forward_an_hour_is_an_absence_and_neither_a_stall_nor_a_loss() {
    let plain = undisturbed().await;
    let disturbed = recorded(|setter| async move {
        sleep(Duration::from_mins(6)).await;
        setter.set(HOUR);
    })
    .await;
    let [absence] = disturbed.run.absences.as_slice() else { panic!("{:?}", disturbed.run.absences) };
    assert!((3595..=3605).contains(&absence.to.since(absence.from).secs()), "{absence:?}");
    assert!(absence.reason.contains("set forward"), "{}", absence.reason);
    assert_eq!(disturbed.own_clock(), []);
    assert_eq!(disturbed.edges(), plain.edges(), "neither a stall nor a loss");
    assert_eq!(disturbed.run.log.gaps, plain.run.log.gaps);
    // The appliance is behind our clock from then on.
    let offset = disturbed.run.dr.clock_offset.zip(plain.run.dr.clock_offset);
    assert!(offset.is_some_and(|(now, plain)| (plain - now - 3600).abs() <= 2), "{offset:?}");
}

#[tokio::test(start_paused = true)]
async fn the_log_keeps_its_year_when_the_clock_is_set_back_over_new_year() {
    let new_year =
        Timestamp::new(chrono::DateTime::parse_from_rfc3339("2027-01-01T00:00:30Z").unwrap().into());
    let runs = tempfile::tempdir().unwrap();
    let (clock, setter) = Clock::staged(new_year);
    let mut event_loop =
        event_loop(runs.path(), "procedure", clock, clock).with_witness(Box::new(|_, _, _| {}));
    let line: &[u8] =
        b"Jan  1 00:00:40 localhost rfsd[13852]: [namespace_restore.INFO] (13852) Cloud restore phase \
        complete. Starting namespace generation phase\n";
    advance(Duration::from_secs(10)).await;
    setter.set(-HOUR);
    // A line read late ends its phase at its own stamp, of which the year has to be guessed.
    event_loop.take_log(line, Arrival::CaughtUp);
    let ended = event_loop.run().phases.spans.iter().filter_map(|span| span.ended_at).max();
    assert_eq!(ended.map(|at| at.in_words().to_string()).as_deref(), Some("2027-01-01 00:00:40 UTC"));
}

#[tokio::test(start_paused = true)]
async fn an_absence_begins_at_the_last_turn_whatever_is_recorded_on_waking() {
    let runs = tempfile::tempdir().unwrap();
    let clock = Clock::scaled(start(), 1.0);
    let mut event_loop =
        event_loop(runs.path(), "procedure", clock, clock).with_witness(Box::new(|_, _, _| {}));
    event_loop.note_absence();
    advance(Duration::from_secs(1)).await;
    event_loop.note_absence();
    // Taken in before the stop, cut into a chunk of the record only after it.
    event_loop.take_log(b"Sep 13 16:00:01 localhost rfsd[1]: [gc.INFO] (1) x\n", Arrival::Live);
    advance(Duration::from_secs(90)).await;
    event_loop.note_absence();
    let [absence] = event_loop.run().absences.as_slice() else { panic!("{:?}", event_loop.run().absences) };
    assert_eq!(absence.from, start() + Elapsed::from_secs(1));
    assert_eq!(absence.to, start() + Elapsed::from_secs(91));
}
