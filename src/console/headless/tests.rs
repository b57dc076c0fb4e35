//! What a transcript says of records.

use super::*;
use crate::run::{
    Arrival, FORMAT, LIST_LIMIT, Link, LogCitation, LogOffset, RunId, RunSettings, Started, Timestamp, apply,
};

pub(in crate::console) fn run(now: Timestamp) -> Run {
    let started = Started {
        format: FORMAT,
        run: RunId("20260302T080000Z-abcdef".to_owned()),
        demo: true,
        program: "0.1.0".to_owned(),
        recorder: "eng@laptop".to_owned(),
        primary: None,
        dr: Some("dr".to_owned()),
        imported: None,
        read_only: false,
        settings: RunSettings::default(),
        dialect: String::new(),
        log: None,
        known_roles: Vec::new(),
        history: Vec::new(),
    };
    let event = Event::RunStarted(Box::new(started));
    Run::start(&Record { seq: Sequence(0), at: now, event }).unwrap()
}

#[test]
fn stage_2_is_said_each_hour_with_what_past_runs_took() {
    use crate::run::{Basis, ByteCount, Elapsed, LineCount, LogTally, Statement};
    let begun = Timestamp::new(chrono::DateTime::from_timestamp(1_772_438_400, 0).unwrap());
    let mut run = run(begun);
    let mut transcript = Transcript::new(Style::Lines);
    let mut tell = |run: &mut Run, hours: u64, event| {
        let at = begun + Elapsed::from_secs(hours * 3600);
        let record = Record { seq: run.last.next(), at, event };
        apply(run, &record);
        transcript.text(&record, "", run).unwrap_or_default()
    };
    let (reason, user) = (String::new(), String::new());
    let over =
        Event::Attested { statement: Statement::DownloadOver, since: begun, reason, user, consent: None };
    assert!(tell(&mut run, 0, over).contains("phase: stage-2"));
    for hours in [1, 6, 14] {
        let basis = Basis::PastRuns { runs: 0 };
        let predicted = Event::Predicted(Prediction { phase: Phase::Stage2, end: None, basis });
        let said = tell(&mut run, hours, predicted);
        let words =
            format!("stage-2 for {hours:02}:00:00: no past run of this size and release to compare with");
        assert!(said.contains(&words), "{said}");
    }
    tell(&mut run, 14, Event::LinkChanged { role: Role::Dr, link: Link::Connected });
    let tally = LogTally { lines: LineCount(600), ..LogTally::default() };
    let (offset, lines, bytes) = (LogOffset(0), tally.lines, ByteCount(4800));
    let sha256 = String::new();
    let chunk = Event::LogChunk { offset, bytes, lines, sha256, tally, received_at: None };
    tell(&mut run, 15, chunk);
    let basis = Basis::PastRuns { runs: 0 };
    let said = tell(&mut run, 17, Event::Predicted(Prediction { phase: Phase::Stage2, end: None, basis }));
    assert!(said.contains("; log: no line has come for 02:00:00, since 2026-03-02 23:00 UTC"), "{said}");
}

#[test]
fn that_what_waited_is_sent_is_said_once() {
    use crate::run::{Answer, ByteCount, Elapsed, ReplicationState};
    let now = Timestamp::new(chrono::DateTime::from_timestamp(1_772_438_400, 0).unwrap());
    let mut run = run(now);
    let mut transcript = Transcript::new(Style::Lines);
    let mut said = String::new();
    for (state, backlog) in [
        (ReplicationState::Paused, 9),
        (ReplicationState::Running, 8),
        (ReplicationState::Running, 7),
        (ReplicationState::Running, 0),
        (ReplicationState::Running, 0),
    ] {
        let answer = Answer { reading: Reading::Known(state), took: Elapsed::ZERO, raw: String::new() };
        let event = Event::ReplicationRead { answer, backlog: Some(ByteCount(backlog)) };
        let record = Record { seq: run.last.next(), at: now, event };
        apply(&mut run, &record);
        said += &transcript.text(&record, "", &run).unwrap_or_default();
    }
    assert_eq!(said.matches("is still to be sent").count(), 1, "{said}");
    assert_eq!(said.matches("production is protected again").count(), 1, "{said}");
}

#[test]
fn a_simulated_appliance_reached_over_ssh_is_said_to_be_one() {
    let now = Timestamp::new(chrono::DateTime::from_timestamp(1_772_438_400, 0).unwrap());
    let mut run = run(now);
    run.started.demo = false;
    let identity = Identity { simulated: true, ..Default::default() };
    let event = Event::Identified { role: Role::Dr, identity, raw: String::new() };
    let record = Record { seq: run.last.next(), at: now, event };
    apply(&mut run, &record);
    let said = Transcript::new(Style::Lines).text(&record, "", &run).unwrap();
    assert!(said.contains("this run is a REHEARSAL"), "{said}");
}

#[test]
fn findings_are_announced_although_a_full_list_drops_old_ones() {
    let now = Timestamp::new(chrono::DateTime::from_timestamp(1_772_438_400, 0).unwrap());
    let mut run = run(now);
    let mut transcript = Transcript::new(Style::Lines);
    let mut text_of = |run: &mut Run, event| {
        let record = Record { seq: run.last.next(), at: now, event };
        apply(run, &record);
        transcript.text(&record, "", run).unwrap_or_default()
    };
    let alarm = |alarm: &str| {
        let (arrival, raw) = (Arrival::Live, format!("{alarm} alarm"));
        let line = LogCitation { offset: LogOffset(0), stamp: None, arrival, raw };
        Event::AlarmSeen { alarm: alarm.to_owned(), line }
    };
    assert!(text_of(&mut run, alarm("fan")).contains("logged the alarm fan. The line: 'fan alarm'."));
    let closed = Finding { closed_at: Some(now), ..run.findings[0].clone() };
    run.findings.resize(LIST_LIMIT - 1, closed);
    let note = |text: &str| Event::Noted { text: text.to_owned(), user: "eng".to_owned(), line: None };
    text_of(&mut run, note("fills the list"));
    for name in ["disk", "cloud", "power"] {
        let text = text_of(&mut run, alarm(name));
        assert_eq!(text.matches("finding opened").count(), 1, "{text}");
        assert!(text.contains(&format!("alarm {name}")), "{text}");
    }
    assert_eq!(run.findings.len(), LIST_LIMIT);
    assert!(!text_of(&mut run, note("nothing new")).contains("finding"));
    for finding in &mut run.findings {
        finding.closed_at = Some(now);
    }
    let text = text_of(&mut run, note("all is well"));
    assert_eq!(text.matches("finding closed: alarm").count(), 4, "{text}");
}
