//! Everything that matters is on the screen once and uncut, and a key without effect is answered by a sentence.

use crossterm::event::KeyCode;
use ratatui::style::Modifier;

use crate::screen::tests::story::{Story, connected, downloading, ended, generating, in_use, plan, prepared};
use crate::{
    run::{
        ActionKind, ActionState, ByteCount, Certainty, Elapsed, Event, Known, Marker, ObjectCount, Reading,
        ReplicationState, ResumePolicy, RunSettings, ServiceState, Statement, ThreadCount, Timestamp,
    },
    screen::{Charset, MessageKind, Mode, Palette, Theme},
    text::grouped,
};

#[test]
fn the_dr_appliance_has_its_panel_and_the_preflight_is_shown_once() {
    for width in [70, 80, 99, 100, 104, 120, 140] {
        for height in 20..46 {
            for story in [prepared(), connected(RunSettings::default())] {
                let frame = story.frame(width, height);
                let count = frame.matches("pre-flight").count();
                assert_eq!(count, 1, "{width}x{height}\n{frame}");
                let has_panel = frame.contains("DR appliance ava-dr");
                assert_eq!(has_panel, width >= 100 && height >= 24, "{width}x{height}\n{frame}");
            }
        }
    }
}

#[test]
fn frames_are_never_underlined() {
    let mut story = downloading(68);
    story.theme = Theme { palette: Palette::Monochrome, charset: Charset::Unicode, ..Theme::default() };
    // A dialog of danger, over a panel of danger.
    story.at(600).replication(ReplicationState::Running);
    for key in [None, Some('r'), Some('q')] {
        if let Some(key) = key {
            story.key(KeyCode::Char(key));
        }
        let buffer = story.buffer(120, 40);
        let edges = buffer.content.iter().filter(|cell| "│─╭╮╰╯".contains(cell.symbol()));
        let underlined = edges.filter(|cell| cell.modifier.contains(Modifier::UNDERLINED)).count();
        assert_eq!(underlined, 0, "{key:?}\n{}", story.frame(120, 40));
        story.key(KeyCode::Esc);
    }
}

#[test]
fn the_words_of_the_service_are_never_cut_for_their_age() {
    for (width, height) in [(120, 40), (100, 30), (100, 24)] {
        for seconds in [4, 50, 110, 400] {
            let mut story = generating();
            story.service(ServiceState::Running("running / restoring namespace".to_owned()));
            let later = story.now + Elapsed::from_secs(seconds);
            story.now = later;
            story.run.dr.service.as_mut().unwrap().reading =
                Reading::Known(ServiceState::Busy("running / restoring namespace".to_owned()));
            let frame = story.frame(width, height);
            let is_whole = frame.contains("running / restoring namespace")
                || (frame.contains("running / restoring  ") && frame.contains("│           namespace  "));
            assert!(is_whole, "{width}x{height}\n{frame}");
        }
    }
}

#[test]
fn the_mean_does_not_decay_while_only_the_marker_is_awaited() {
    let mut story = downloading(100);
    let mean = |story: &Story| {
        let frame = story.frame(120, 40);
        frame.split_once("mean ").map(|(_, rest)| rest.split_whitespace().next().unwrap().to_owned()).unwrap()
    };
    let before = mean(&story);
    for minute in 1..30 {
        story.at(545 + minute * 60).counter(13_074);
        assert_eq!(mean(&story), before, "after {minute} min");
    }
    story.at(2400).counter(13_075);
    assert_eq!(mean(&story), before, "a stray GET is no download");
}

#[test]
fn the_counter_shown_agrees_with_the_download_whatever_came_later() {
    let mut story = in_use();
    for value in [13_200, 14_000] {
        story.at(3200 + value).counter(value);
        for (width, height) in [(120, 40), (80, 24)] {
            let frame = story.frame(width, height);
            let downloaded = story.run.download.downloaded().unwrap().0;
            let counted = grouped(10_412 + downloaded);
            assert!(frame.contains(&format!("10,412 → {counted}")), "{width}x{height}\n{frame}");
        }
        let frame = story.frame(120, 40);
        assert!(frame.contains(&format!(", now {}", grouped(value))), "{frame}");
    }
}

#[test]
fn lengths_of_time_are_written_with_hours_minutes_and_seconds() {
    let mut story = ended();
    let saved = crate::run::exposure(&story.run, story.now).saved_by_resuming_after_stage_1.unwrap();
    for zoom in [false, true] {
        if zoom {
            story.key(KeyCode::Char('9'));
        }
        let frame = story.frame(120, 40);
        assert!(frame.contains(&format!("would have saved {saved}")), "{frame}");
    }
    assert_eq!(saved.to_string().matches(':').count(), 2);
    let narrow = ended().frame(80, 24);
    assert!(
        !narrow.contains("saves") && !narrow.contains("saved"),
        "in few words it reads as an offer: {narrow}"
    );
}

#[test]
fn a_resume_after_stage_1_is_not_weighed_against_itself() {
    let mut story = generating();
    story.requested(ActionKind::Resume, Some("agreed"));
    story.sent().settled(ActionState::Confirmed).replication(ReplicationState::Running);
    story.at(3000).marker(Marker::NamespaceComplete).marker(Marker::RestoreSuccessful);
    story.at(3200).attested(Statement::TestOver);
    assert!(crate::run::exposure(&story.run, story.now).saved_by_resuming_after_stage_1.is_some());
    (0..3).for_each(|_| drop(story.key(KeyCode::Char('9'))));
    let frame = story.frame(120, 40);
    assert!(frame.contains("exposure of production") && !frame.contains("would have saved"), "{frame}");
}

#[test]
fn the_threads_of_before_are_what_is_offered_and_asked_for_once_the_test_is_over() {
    let mut story = connected(RunSettings::default());
    story.at(20).names_confirmed();
    story.at(30).requested(ActionKind::SetThreads(ThreadCount(128)), None).sent();
    story.settled(ActionState::Confirmed).threads(128);
    assert_eq!(story.run.threads_wanted(), ThreadCount(128));
    story.attested(Statement::TestOver);
    assert_eq!(story.run.threads_wanted(), ThreadCount(16), "as before");
    story.available.threads =
        Some(plan(ActionKind::SetThreads(ThreadCount(16)), &["16"], Certainty::Procedure));
    let frame = story.frame(120, 40);
    assert!(frame.contains("128 threads, 16 before: t sets back"), "{frame}");
    story.key(KeyCode::Char('t'));
    let frame = story.frame(120, 40);
    assert!(frame.contains("Set 16 replication threads"), "{frame}");
    story.key(KeyCode::Esc);
    story.threads(16);
    assert!(story.frame(120, 40).contains("16 threads "), "{}", story.frame(120, 40));
}

#[test]
fn a_dialog_never_sends_another_number_of_threads_than_it_shows() {
    let mut story = connected(RunSettings::default());
    story.at(20).names_confirmed();
    story.key(KeyCode::Char('t'));
    assert!(story.frame(80, 24).contains("num-threads 128"), "{}", story.frame(80, 24));
    story.available.threads =
        Some(plan(ActionKind::SetThreads(ThreadCount(16)), &["16"], Certainty::Procedure));
    story.type_text("ava-dr");
    assert_eq!(story.enter(), None, "what is offered meanwhile is not what was read");
}

#[test]
fn a_list_with_open_items_is_never_all_done() {
    let mut story = ended();
    let signed = Event::SignedOff { text: "done".to_owned(), user: "kim".to_owned(), consent: None };
    story.record(signed);
    let frame = story.frame(120, 40);
    assert!(!frame.contains("all done") && frame.contains("signed off, 2 optional"), "{frame}");
    story.record(Event::Noted { text: "all well".to_owned(), user: "kim".to_owned(), line: None });
    assert!(!story.frame(120, 40).contains("all done"), "its service still runs");
    story.service(ServiceState::Stopped);
    assert!(story.frame(120, 40).contains("all done"), "{}", story.frame(120, 40));
}

#[test]
fn an_empty_sign_off_and_an_empty_note_say_what_is_needed() {
    for (key, words) in [('c', "Not signed off"), ('n', "Nothing was recorded")] {
        let mut story = ended();
        story.key(KeyCode::Char(key));
        assert_eq!(story.enter(), None);
        for (width, height) in [(120, 40), (80, 24), (60, 15)] {
            let frame = story.frame(width, height);
            assert!(frame.contains(words), "{width}x{height}\n{frame}");
        }
        story.type_text("well");
        assert!(!story.frame(80, 24).contains(words));
        assert!(story.enter().is_some(), "{key}");
    }
}

#[test]
fn no_figure_of_a_large_bucket_is_cut() {
    for story in [downloading(68), generating()] {
        for width in [70, 80, 90, 100, 104, 120] {
            let mut story = story_of_a_large_bucket(&story);
            story.at(3000);
            let frame = story.frame(width, 40);
            // Lines of the log may be cut.
            let rows: Vec<_> = frame.lines().filter(|row| !row.contains(".INFO]")).collect();
            let frame = rows.join("\n");
            for figure in ["40,251,660", "1064.3 GiB", "251,656", "20,000,000", "77,004"] {
                let start: String = figure.chars().take(2).collect();
                let is_cut =
                    (2..figure.len()).any(|length| frame.contains(&format!("{}…", &figure[..length])));
                assert!(!is_cut && !frame.contains(&format!(" {start}…")), "{figure} at {width}\n{frame}");
            }
        }
    }
    let frame = story_of_a_large_bucket(&downloading(68)).frame(120, 40);
    assert!(frame.contains("77,004 unclassified"), "{frame}");
}

#[test]
fn what_was_counted_after_stage_1_is_shown_whole_or_not_at_all() {
    let mut story = in_use();
    story.at(3300).counter(40_718_204);
    for width in 70..130 {
        let frame = story.frame(width, 40);
        let is_whole = frame.contains(", now 40,718,204");
        assert_eq!(is_whole, frame.contains("now 4") || frame.contains("now …"), "{width}\n{frame}");
        assert!(is_whole || width < 100, "{width}\n{frame}");
    }
}

fn story_of_a_large_bucket(story: &Story) -> Story {
    let mut large = downloading(10);
    large.run = story.run.clone();
    large.now = story.now;
    let listing = &mut large.run.listing.as_mut().unwrap().listing;
    listing.counts.entries = ObjectCount(40_328_660);
    listing.counts.bytes = Some(ByteCount(1_142_768_000_000));
    listing.counts.slabs = Some(ObjectCount(251_656));
    listing.counts.maps = Some(ObjectCount(20_000_000));
    listing.counts.rbtmds = Some(ObjectCount(20_000_000));
    large
}

#[test]
fn a_long_message_is_whole() {
    let path = "/var/lib/operators/kim/.local/state/drwatch/runs/20260913T152926Z-4f0c1a/summary.md";
    for (width, height) in [(120, 40), (80, 24)] {
        let mut story = in_use();
        let now: Timestamp = story.now;
        story.view.notify(
            format!("written: {path} and summary.json beside it ENDOFIT"),
            MessageKind::Good,
            now,
        );
        let frame = story.frame(width, height);
        assert!(frame.contains("ENDOFIT"), "{width}x{height}\n{frame}");
        let glued: String = frame.chars().filter(|character| !" \n─╰╯│".contains(*character)).collect();
        assert!(glued.contains("4f0c1a/summary.md"), "{width}x{height}\n{frame}");
    }
}

#[test]
fn no_advice_on_replication_is_cut_at_80_columns() {
    for policy in [ResumePolicy::PausedThroughout, ResumePolicy::ResumeAfterStage1] {
        for (mode, read_only) in [(Mode::Watch, false), (Mode::Watch, true), (Mode::View, false)] {
            for story in [prepared, || downloading(68), generating, in_use, ended] {
                let mut story: Story = story();
                story.mode = mode;
                story.run.started.read_only = read_only;
                story.run.started.settings.resume_policy = policy;
                for state in [Known::Paused, Known::Running, Known::Unreadable, Known::Unknown] {
                    story.run.replication.state = state;
                    let frame = story.frame(80, 24);
                    let panel = |line: &str| line.rsplit('│').nth(1).map(str::to_owned);
                    let cut = frame.lines().skip(3).take(7).filter_map(panel).find(|row| row.contains('…'));
                    assert_eq!(cut, None, "{state:?}\n{frame}");
                }
            }
        }
    }
}
