//! The dated events of a run, the texts of notes, the last replies and the losses of a connection.

use super::*;

fn texts(run: &Run, kind: EventKind) -> Vec<String> {
    let events = dated_events(run).into_iter().filter(|event| event.kind == kind);
    events.map(|event| event.to_string()).collect()
}

fn note(story: &mut Story, text: &str) -> Sequence {
    story.tell(Event::Noted { text: text.to_owned(), user: "eng".to_owned(), line: None })
}

fn edit(story: &mut Story, note: Sequence, text: &str) -> Sequence {
    story.tell(Event::NoteEdited { note, text: text.to_owned(), user: "lee".to_owned() })
}

#[test]
fn events_are_in_the_order_of_time_and_name_their_records() {
    let mut story = Story::connected();
    story.wait(10);
    story.replication(ReplicationState::Running);
    story.wait(10);
    story.replication(ReplicationState::Paused);
    story.wait(10);
    let noted = note(&mut story, "switch checked");
    story.wait(10);
    let marker = story.marker(Marker::DownloadComplete);
    let events = dated_events(&story.run);
    assert!(events.is_sorted_by_key(|event| event.at), "{events:#?}");
    let kinds: Vec<EventKind> = events.iter().map(|event| event.kind).collect();
    let place = |kind| kinds.iter().rposition(|own| *own == kind).unwrap();
    assert!(place(EventKind::Pause) < place(EventKind::Note));
    assert!(place(EventKind::Note) < place(EventKind::Phase));
    assert_eq!(events[place(EventKind::Note)].record, Some(noted));
    let phase = events[place(EventKind::Phase)];
    assert_eq!(phase.record, Some(marker));
    assert!(phase.to_string().contains("stage 2 begins"), "{phase}");
    assert_eq!(phase.offset, Some(place_in_log(&story.run, &phase)), "its own line");
}

#[test]
fn the_length_of_a_pause_is_told_with_its_bound() {
    let mut story = Story::connected();
    // Found paused: since when is not known.
    story.replication(ReplicationState::Paused);
    story.wait(30);
    story.replication(ReplicationState::Running);
    let said = texts(&story.run, EventKind::Pause);
    assert!(said.last().unwrap().contains("after a pause of at least 00:00:30"), "{said:?}");
}

#[test]
fn an_event_without_a_line_has_the_place_at_which_the_log_stood() {
    let mut story = Story::connected();
    for chunk in 0..20_000_u64 {
        story.now = story.now + secs(1);
        story.tell(Event::LogChunk {
            offset: LogOffset(chunk * 100),
            bytes: ByteCount(100),
            lines: LineCount(1),
            sha256: String::new(),
            tally: LogTally { lines: LineCount(1), ..LogTally::default() },
            received_at: None,
        });
        if chunk == 9_000 {
            note(&mut story, "half way");
        }
    }
    let events = dated_events(&story.run);
    let noted = events.iter().find(|event| event.kind == EventKind::Note).unwrap();
    // Of a long log some places are noted, and the nearest one before is meant.
    let place = place_in_log(&story.run, noted);
    assert!((900_000 - 1_600..=900_100).contains(&place.0), "{place:?}");
    let by_time = DatedEvent { record: None, ..*noted };
    assert!((900_000 - 1_600..=900_100).contains(&place_in_log(&story.run, &by_time).0));
}

#[test]
fn an_edited_note_shows_the_text_of_its_time_and_keeps_the_others() {
    let mut story = Story::connected();
    let first = note(&mut story, "link was donw");
    story.wait(5);
    let before = story.run.clone();
    let edited = edit(&mut story, first, "link was down");
    story.wait(5);
    edit(&mut story, first, "link was down for 5 s");
    edit(&mut story, Sequence(9_999), "of no note");
    assert_eq!(before.notes[0].text, "link was donw", "as a replay shows it before the edit");
    let note = &story.run.notes[0];
    assert_eq!((note.text.as_str(), note.edits.len()), ("link was down for 5 s", 2));
    assert_eq!((note.edits[0].before.as_str(), note.edits[0].record), ("link was donw", edited));
    assert_eq!(
        texts(&story.run, EventKind::Note),
        [
            "eng: link was donw",
            "lee edited a note to: link was down (before: link was donw)",
            "lee edited a note to: link was down for 5 s (before: link was down)"
        ]
    );
}

#[test]
fn a_note_edited_very_often_stays_bounded_and_keeps_its_first_text() {
    let mut story = Story::connected();
    let first = note(&mut story, "first");
    for number in 0..500 {
        edit(&mut story, first, &format!("text {number}"));
    }
    let note = &story.run.notes[0];
    assert_eq!((note.text.as_str(), note.edits[0].before.as_str()), ("text 499", "first"));
    assert!(note.edits.len() <= 64, "{}", note.edits.len());
}

#[test]
fn the_last_reply_to_each_question_is_kept_with_its_record() {
    let mut story = Story::connected();
    story.counter(100);
    story.wait(5);
    let last = story.counter(160);
    let reply = &story.run.dr.replies[&Question::Counter];
    assert_eq!((reply.record, reply.raw.as_str(), reply.count), (last, "raw reply", 2));
    assert_eq!(reply.reading, Reading::Known("160".to_owned()));
    assert!(!story.run.primary.replies.contains_key(&Question::Counter));
}

#[test]
fn a_lost_connection_is_listed_from_its_loss_to_its_return() {
    let mut story = Story::connected();
    story.wait(30);
    story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Connecting });
    let retry_at = story.now;
    let reason = "Connection refused.".to_owned();
    story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Waiting { reason, retry_at } });
    assert_eq!(story.run.outages.last().unwrap().to, None);
    story.wait(20);
    story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Connected });
    let [outage] = story.run.outages.as_slice() else { panic!("{:?}", story.run.outages) };
    assert_eq!((outage.role, outage.reason.as_str()), (Role::Dr, "Connection refused."));
    assert_eq!(outage.to.unwrap().since(outage.from), secs(20));
    assert_eq!(
        texts(&story.run, EventKind::Connection),
        [
            "connection to the DR appliance lost: Connection refused.",
            "connection to the DR appliance stands again after 00:00:20"
        ]
    );
    // What the connection says of its own loss is not said twice.
    story.wait(5);
    let reason = "the connection to the DR appliance was lost: the shell was closed".to_owned();
    story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Waiting { reason, retry_at } });
    let lost = texts(&story.run, EventKind::Connection).pop().unwrap();
    assert_eq!(lost, "connection to the DR appliance lost: the shell was closed");
}

#[test]
fn a_finding_cites_the_line_it_rests_on_and_says_what_to_do_apart() {
    let mut story = Story::connected();
    let alarm = story.tell(Event::AlarmSeen {
        alarm: "cloud bucket inconsistent".to_owned(),
        line: line("cloud bucket inconsistent", Arrival::Live, None),
    });
    let cited = story.finding(Code::Alarm).cited.clone().unwrap();
    assert_eq!((cited.record, cited.offset.is_some()), (alarm, true));
    assert!(cited.raw.contains("inconsistent"), "{cited:?}");
    story.replication(ReplicationState::Running);
    story.service_stopped();
    story.wait(5);
    story.counter(1);
    story.service_runs();
    story.polls(5, &[5, 9, 14]);
    let finding = story.finding(Code::ReplicationRunsInStage1);
    assert_eq!(finding.to_do.as_deref(), Some("Pause it now."));
    assert!(finding.what().ends_with("must not change."), "{}", finding.what());
    assert!(finding.text.ends_with("change. Pause it now."), "the text is the whole of it");
}

#[test]
fn an_acknowledgement_is_listed_with_the_words_of_its_finding() {
    let mut story = Story::in_use();
    story.replication(ReplicationState::Running);
    let opened = story.finding(Code::ResumedAgainstPolicy).record;
    let (code, reason, user) = ("resumed-against-policy".to_owned(), "agreed".to_owned(), "kim".to_owned());
    story.tell(Event::Acknowledged { code, opened, reason, user });
    let listed: Vec<_> = dated_events(&story.run).iter().map(ToString::to_string).collect();
    let start = "kim acknowledged (agreed): Replication on prod runs after the restore";
    assert!(listed.iter().any(|text| text.starts_with(start)), "{listed:#?}");
}

#[test]
fn the_confirmation_of_the_pair_is_listed_with_who_made_it() {
    let mut story = Story::connected();
    let count = story.run.confirmed.iter().count();
    story.wait(5);
    let identities = Box::new(story.run.present_pair());
    let [primary, dr, user] = ["prod", "dr", "kim"].map(str::to_owned);
    let seq = story.tell(Event::NamesConfirmed { primary, dr, identities, reason: None, user, typed: None });
    let events = dated_events(&story.run);
    let listed: Vec<_> = events.iter().filter(|event| event.to_string().contains("confirmed both")).collect();
    assert_eq!((count, listed.len(), listed[0].record, listed[0].at), (1, 1, Some(seq), story.now));
    assert_eq!(listed[0].to_string(), "kim confirmed both appliances");
}
