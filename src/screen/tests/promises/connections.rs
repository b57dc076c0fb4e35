//! An appliance that is away: said in every frame for as long as it is, and nothing old passes as the present.

use crate::screen::tests::story::{Story, connected, downloading, dr_away, troubled};
use crate::{
    run::{Elapsed, Event, Link, Role, RunSettings, TimerEvent},
    screen::{Mode, Motion, Playback, Position},
};

const SIZES: [(u16, u16); 4] = [(120, 40), (80, 24), (60, 15), (40, 10)];

fn header(story: &Story, width: u16, height: u16) -> String {
    story.frame(width, height).lines().next().unwrap().to_owned()
}

/// The DR appliance is gone for 31 s, and one more attempt to reach it is under way.
fn reconnecting() -> Story {
    let mut story = dr_away();
    story.link(Role::Dr, Link::Connecting);
    story
}

#[test]
fn an_attempt_to_reconnect_does_not_hide_that_the_appliance_is_away() {
    let story = reconnecting();
    for (width, height) in SIZES {
        let frame = story.frame(width, height);
        let strip = header(&story, width, height);
        assert!(strip.contains("31 s") && (strip.contains("dr ▲") || strip.contains("d▲")), "{strip}");
        assert!(frame.contains("✗") && frame.contains("Not connected to ava-dr"), "{frame}");
        assert!(!frame.contains("following"), "{frame}");
        // Ten rows have none for the log.
        assert!(frame.contains("not connected; lines from before") || height == 10, "{frame}");
    }
    assert!(header(&story, 120, 40).contains("31 s down, connecting"), "{}", header(&story, 120, 40));
}

#[test]
fn a_log_that_is_lost_or_silent_is_not_said_to_be_followed() {
    let lost = Event::LogLost { reason: "no file is called messages".to_owned() };
    for (event, words) in [(lost, "unreadable since"), (Event::Due(TimerEvent::LogSilent), "silent since")] {
        let mut story = downloading(68);
        assert!(story.frame(120, 40).contains("following"));
        story.record(event);
        for (width, height) in [(120, 40), (80, 24)] {
            let frame = story.frame(width, height);
            assert!(!frame.contains("following"), "{frame}");
            assert!(height < 40 || frame.contains(words), "{frame}");
        }
    }
}

#[test]
fn the_header_keeps_its_width_while_waiting_and_trying() {
    let column = |story: &Story| header(story, 120, 40).find("UTC").unwrap();
    assert_eq!(column(&dr_away()), column(&reconnecting()));
}

#[test]
fn the_primary_is_as_last_known_while_it_is_tried_again() {
    let mut story = downloading(68);
    let retry_at = story.now + Elapsed::from_secs(5);
    story.link(Role::Primary, Link::Waiting { reason: "gone".to_owned(), retry_at });
    story.at(560).link(Role::Primary, Link::Connecting);
    let frame = story.frame(120, 40);
    assert!(frame.contains("not connected: as last known"), "{frame}");
}

#[test]
fn the_first_connection_attempt_is_not_shown_as_away() {
    let mut story = Story::begin(RunSettings::default());
    story.link(Role::Dr, Link::Connecting).at(3);
    let frame = story.frame(120, 40);
    assert!(!frame.contains("ot connected") && !frame.contains("before the loss"), "{frame}");
    let header = header(&story, 120, 40);
    assert!(header.contains("connecting") && !header.contains("down"), "{header}");
}

#[test]
fn both_appliances_are_in_the_header_wherever_they_have_room() {
    let mut stories = vec![downloading(68), dr_away(), reconnecting(), dr_away()];
    stories[3].link(Role::Primary, Link::Stopped { reason: "refused".to_owned() });
    stories[0].run.started.demo = true;
    for story in stories {
        for (width, height) in SIZES {
            let header = header(&story, width, height);
            let are_short = width < 76 && header.contains(" p") && header.contains(" d");
            let are_named = header.contains("primary ") && header.contains("dr ");
            assert!(are_named || are_short, "{width}: {header}");
        }
    }
}

#[test]
fn a_replay_shows_both_connections_also_with_an_alarm() {
    for (mut story, is_demo) in [(downloading(68), false), (troubled(), true)] {
        story.mode = Mode::Replay;
        story.run.started.demo = is_demo;
        let length = Elapsed::from_secs(5000);
        for motion in [Motion::AtTheEnd, Motion::Playing] {
            let position = Position { reached: length, length, speed: 20.0, motion };
            story.view.playback = Some(Playback::Replay(position));
            for (width, height) in [(120, 40), (80, 24), (60, 20)] {
                let header = header(&story, width, height);
                let motion = if motion == Motion::AtTheEnd { "at the end" } else { "x20" };
                let are_named = header.contains("primary ") && header.contains("dr ");
                let are_short = width < 100 && header.contains(" p●  d●");
                assert!(header.contains(motion) && (are_named || are_short), "{width}: {header}");
            }
        }
    }
}

#[test]
fn a_connection_waiting_for_a_person_shows_how_long_and_no_retry() {
    let mut story = connected(RunSettings::default());
    let reason = "the host key of ava-dr has CHANGED; find out why".to_owned();
    story.link(Role::Dr, Link::Stopped { reason });
    story.at(64);
    let frame = story.frame(120, 40);
    assert!(header(&story, 120, 40).contains("60 s down, needs you"), "{frame}");
    assert!(frame.contains("DR appliance ava-dr needs you, then R: the host key"), "{frame}");
    assert!(!frame.contains("logs in"));
}

#[test]
fn old_figures_show_their_age_and_give_no_forecast_while_away() {
    let fresh = downloading(68);
    for (width, height) in SIZES {
        let old = dr_away().frame(width, height);
        assert!(
            old.contains(if height == 10 { "before the loss" } else { "6.1/s before the loss" }),
            "{old}"
        );
        assert!(!old.contains("ends 15:") && !old.contains(", each "), "{old}");
        assert!(!fresh.frame(width, height).contains("before the loss"));
    }
    assert!(fresh.frame(120, 40).contains("ends 15:") && fresh.frame(120, 40).contains(", each "));
}

#[test]
fn figures_of_a_lost_appliance_are_dimmed_from_the_first_second_on() {
    let mut story = downloading(68);
    let style = |story: &Story, words: &str| {
        let buffer = story.buffer(120, 40);
        let frame = story.frame(120, 40);
        let (y, row) = frame.lines().enumerate().find(|(_, row)| row.contains(words)).unwrap();
        let x = row[..row.find(words).unwrap()].chars().count();
        buffer[(u16::try_from(x).unwrap(), u16::try_from(y).unwrap())].style()
    };
    let shown = ["1,810 / 2,662", "15:40", "6.1/s", "10,412"];
    let before = shown.map(|words| style(&story, words));
    let quiet = style(&story, "mean");
    let retry_at = story.now + Elapsed::from_secs(35);
    story.link(Role::Dr, Link::Waiting { reason: "refused".to_owned(), retry_at });
    let frame = story.frame(120, 40);
    assert!(frame.contains("6.1/s before the loss"), "{frame}");
    for (words, before) in shown.into_iter().zip(before) {
        assert_ne!(before, quiet, "{words}");
        assert_eq!(style(&story, words), quiet, "{words}\n{frame}");
    }
    let mut primary = downloading(68);
    primary.link(Role::Primary, Link::Waiting { reason: "refused".to_owned(), retry_at });
    for (width, height) in [(120, 40), (80, 24), (40, 10)] {
        let frame = primary.frame(width, height);
        assert!(frame.contains("read 15:38, before the loss"), "{frame}");
        assert!(!frame.contains("verified"), "{frame}");
    }
}
