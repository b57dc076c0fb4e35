//! What shows at a glance: the status strip, the phase bar, the charts; and in which colours.

use crossterm::event::KeyCode;
use jiff::tz::TimeZone;
use ratatui::style::{Color, Modifier};

use super::story::{Story, connected, downloading, dr_away, ended, generating, in_use, prepared, troubled};
use crate::{
    run::{
        Elapsed, Event, FindingSeverity, Link, ReplicationState, ResumePolicy, Role, RunSettings,
        ServiceState, Statement,
    },
    screen::{Charset, Depth, LocalZone, MessageKind, Palette, Rgb, Scheme, Theme},
};

const SIZES: [(u16, u16); 4] = [(120, 40), (80, 24), (60, 15), (40, 10)];

fn line(story: &Story, width: u16, height: u16, row: usize) -> String {
    story.frame(width, height).lines().nth(row).unwrap().to_owned()
}

/// Stage 1 with replication running against the policy.
fn endangered() -> Story {
    let mut story = downloading(68);
    story.at(600).replication(ReplicationState::Running);
    story
}

#[test]
fn the_strip_counts_what_is_wrong_and_says_whether_it_is_on_record_at_every_size() {
    for make in [prepared, || downloading(68), endangered, dr_away, ended] {
        let story: Story = make();
        let count =
            |severity| story.run.open_findings().filter(|finding| finding.severity == severity).count();
        let away: Vec<_> = Role::BOTH
            .into_iter()
            .map(|role| story.run.appliance(role))
            .filter(|appliance| appliance.away().is_some())
            .collect();
        // A loss asks for a hand once it has lasted.
        let lasting = away.iter().filter(|appliance| appliance.needs_hand(story.now)).count();
        let blocking = count(FindingSeverity::Blocking) + lasting;
        let counts = format!("✗{blocking} ▲{}", count(FindingSeverity::Attention) + away.len() - lasting);
        for (width, height) in SIZES {
            let strip = line(&story, width, height, 0);
            // In few columns the verdict on the start takes the room of two zeros.
            let verdict = strip.contains(" GO ") && width < 50 && counts == "✗0 ▲0";
            assert!(strip.contains(&counts) || verdict, "{counts} in {strip}");
            assert!(strip.contains("● REC") || strip.contains("● recording"), "{strip}");
        }
    }
    let strip = line(&endangered(), 40, 10, 0);
    assert!(!strip.contains("✗0"), "{strip}");
}

#[test]
fn the_strip_names_the_policy() {
    let policies = [
        (ResumePolicy::PausedThroughout, "resume: only after the test", "keep paused"),
        (ResumePolicy::ResumeAfterStage1, "resume: after stage 1", "after stage 1"),
    ];
    for (resume_policy, words, short) in policies {
        let mut story = downloading(68);
        story.run.started.settings = RunSettings { resume_policy, ..RunSettings::default() };
        assert!(line(&story, 120, 40, 0).contains(words), "{}", line(&story, 120, 40, 0));
        // In short where there is less room; the connections and the counts are there all the same.
        for width in 60..120 {
            let strip = line(&story, width, 24, 0);
            assert!(strip.contains(short) || strip.contains(words), "{short} at {width}: {strip}");
            for part in ["✗0 ▲0", "primary", "dr", "● REC"] {
                let part = if part == "● REC" && width >= 76 { "● recording" } else { part };
                assert!(strip.contains(part), "{part} at {width}: {strip}");
            }
        }
    }
}

#[test]
fn the_strip_calls_no_resume_locked_that_is_not() {
    let mut over = in_use();
    over.attested(Statement::TestOver);
    let stories = vec![over, connected(RunSettings::default()), ended()];
    for story in stories {
        for width in [120, 80, 60] {
            assert!(!line(&story, width, 24, 0).contains("resume"), "{}", line(&story, width, 24, 0));
        }
    }
}

#[test]
fn the_strip_names_the_policy_before_there_is_a_pause() {
    for (policy, name) in [
        (ResumePolicy::PausedThroughout, "policy: paused until the end"),
        (ResumePolicy::ResumeAfterStage1, "policy: paused in stage 1"),
    ] {
        let story = connected(RunSettings { resume_policy: policy, ..RunSettings::default() });
        assert!(line(&story, 200, 50, 0).contains(name), "{}", line(&story, 200, 50, 0));
    }
    let strip = line(&connected(RunSettings::default()), 80, 24, 0);
    assert!(strip.contains("pause: whole test"), "{strip}");
}

#[test]
fn a_view_says_for_how_long_production_is_paused_whatever_the_strip_says_besides() {
    let mut unlisted = prepared();
    unlisted.key(KeyCode::Char('3'));
    assert!(line(&unlisted, 80, 24, 0).contains("PAUSED 00:00:25  GO"), "{}", line(&unlisted, 80, 24, 0));
    // Also of a demo, whose marks are longer, and before the time of day.
    unlisted.run.started.demo = true;
    unlisted.view.clock_speed = Some(10.0);
    for (width, height) in [(80, 24), (60, 15), (40, 10)] {
        let strip = line(&unlisted, width, height, 0);
        let links = if width < 80 { "p●" } else { "primary ●" };
        assert!(
            strip.contains("SIM") && strip.contains(links) && strip.contains("PAUSED 00:00:25"),
            "{strip}"
        );
    }
    let mut away = dr_away();
    away.key(KeyCode::Char('2'));
    let strip = line(&away, 80, 24, 0);
    assert!(strip.contains("PAUSED 00:") && strip.contains("dr ▲"), "{strip}");
    let mut alarmed = troubled();
    alarmed.key(KeyCode::Char('3'));
    assert!(line(&alarmed, 120, 40, 0).contains("PAUSED 00:"), "{}", line(&alarmed, 120, 40, 0));
}

#[test]
fn the_policy_is_named_at_every_size_also_in_a_demo_and_beside_a_connection_that_is_down() {
    let words = ["resume: ", "keep paused", "no resume", "after st", "policy: ", "pause"];
    for make in [|| connected(RunSettings::default()), prepared, || downloading(68), dr_away, generating] {
        for is_demo in [false, true] {
            let mut story: Story = make();
            story.run.started.demo = is_demo;
            story.view.clock_speed = Some(10.0).filter(|_| is_demo);
            for policy in [ResumePolicy::PausedThroughout, ResumePolicy::ResumeAfterStage1] {
                story.run.started.settings.resume_policy = policy;
                // In more columns all has room.
                for width in (40..=140).step_by(crate::short_or_long(3, 1)).chain([76, 160, 200]) {
                    let strip = line(&story, width, 24, 0);
                    let links = if width < 76 { ["p", "d"] } else { ["primary ", "dr "] };
                    let has_all = links.iter().all(|link| strip.contains(link)) && strip.contains("REC");
                    let is_recorded = has_all || strip.contains("● recording");
                    assert!(
                        is_recorded && words.iter().any(|words| strip.contains(words)),
                        "{width}: {strip}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_strip_asks_for_no_pause_once_stage_1_is_over_and_keeps_none_that_was_not_read() {
    let mut running = generating();
    running.replication(ReplicationState::Running);
    let unread = Story::begin(RunSettings::default());
    for width in 40..=200 {
        let strip = line(&running, width, 24, 0);
        assert!(!strip.contains("pause needed") && !strip.contains("keep paused"), "{width}: {strip}");
        assert!(!line(&unread, width, 24, 0).contains("keep paused"), "{}", line(&unread, width, 24, 0));
    }
}

#[test]
fn in_forty_columns_old_data_of_an_appliance_has_another_symbol() {
    let mut old = downloading(68);
    old.at(600).counter(12_300);
    let strip = line(&old, 40, 10, 0);
    assert!(strip.contains("p◌") || strip.contains("60 s"), "{strip}");
}

#[test]
fn what_is_wrong_with_a_connection_stays_in_words_beside_the_policy() {
    let strip = line(&dr_away(), 80, 24, 0);
    assert!(strip.contains("31 s down") && strip.contains("keep paused"), "{strip}");
    let mut old = downloading(68);
    old.at(600).counter(12_300);
    let strip = line(&old, 80, 24, 0);
    assert!(strip.contains("60 s ago"), "{strip}");
}

#[test]
fn the_counts_go_on_while_the_display_is_frozen() {
    let mut story = downloading(68);
    story.key(KeyCode::Char(' '));
    story.at(600).replication(ReplicationState::Running);
    let strip = line(&story, 80, 24, 0);
    assert!(!strip.contains("✗0"), "{strip}");
}

#[test]
fn the_rest_of_the_present_phase_is_dotted_and_said_in_words() {
    let frame = downloading(68).frame(120, 40);
    assert!(frame.contains("▶ 1 METADATA DOWNLOAD 00:08:00") && frame.contains("min more"), "{frame}");
    let bar = line(&downloading(68), 120, 40, 2);
    assert!(bar.contains("█┄") && bar.contains("│┄"), "{bar}");
    for (width, height) in [(120, 40), (80, 24)] {
        let frame = generating().frame(width, height);
        assert!(frame.contains("┊ open-ended") || width == 80, "{frame}");
        assert!(frame.contains("2 NAMESPACE") && frame.contains("12 hours"), "{frame}");
    }
    let mut late = downloading(100);
    late.at(545);
    assert!(late.frame(120, 40).contains("┊ no forecast"), "{}", late.frame(120, 40));
    assert!(!in_use().frame(120, 40).contains("┊ "), "the engineer ends this phase");
}

#[test]
fn the_name_of_the_present_phase_is_whole_however_short_it_has_been() {
    let mut story = generating();
    story.at(60 * 60 * 12).marker(crate::run::Marker::NamespaceComplete);
    story.marker(crate::run::Marker::RestoreSuccessful);
    for width in 70..130 {
        let names = line(&story, width, 40, 1);
        assert!(names.contains("▶ RESTORED 00:00:00"), "{names}");
    }
}

#[test]
fn pauses_and_findings_are_marks_on_the_axis() {
    let marks = line(&endangered(), 120, 40, 3);
    assert!(marks.contains("└─ paused 15:30 "), "{marks}");
    assert!(marks.contains("✗ 15:39 re"), "{marks}");
    // A name has room beside the marks of the findings, or is left out.
    for width in 100..220 {
        let marks = line(&troubled(), width, 50, 3);
        let words = marks.split(|character: char| !character.is_alphabetic()).filter(|word| !word.is_empty());
        assert!(words.clone().all(|word| ["paused", "alarm"].contains(&word)), "{marks}");
        assert!(marks.contains("✗ 15:39 alarm"), "{marks}");
    }
    // Without a row of their own the findings are on the bar.
    let bar = line(&endangered(), 80, 24, 2);
    assert!(bar.contains('✗'), "{bar}");
    assert!(!line(&downloading(68), 80, 24, 2).contains('✗'));
}

#[test]
fn what_is_over_keeps_a_quiet_mark_and_a_pause_that_was_not_read_is_a_broken_line() {
    let mut story = generating();
    let reason = "connection reset".to_owned();
    let retry_at = story.now + Elapsed::from_secs(9);
    story.link(Role::Primary, Link::Waiting { reason, retry_at });
    story.at(3900).link(Role::Primary, Link::Connected).replication(ReplicationState::Paused);
    story.at(6000).replication(ReplicationState::Paused);
    let over: Vec<_> = story.run.findings.iter().filter(|finding| !finding.is_open()).collect();
    assert!(over.iter().any(|finding| finding.severity == FindingSeverity::Attention), "{over:?}");
    story.counter(13_120).threads(128).service(ServiceState::Running("running".to_owned()));
    let marks = line(&story, 120, 40, 3);
    assert!(marks.contains("paused 15:30") && marks.contains("─○┄┄"), "{marks}");
    let colour = |story: &Story| {
        let buffer = story.buffer(200, 40);
        let mut row = buffer.content.iter().skip(3 * 200).take(200).rev();
        row.find(|cell| cell.symbol() == "○").map(|cell| cell.fg)
    };
    let retry_at = story.now + Elapsed::from_secs(9);
    story.link(Role::Dr, Link::Waiting { reason: "gone".to_owned(), retry_at });
    let lost = colour(&story);
    story.at(6005).link(Role::Dr, Link::Connected);
    story.counter(13_121).replication(ReplicationState::Paused);
    assert!(lost.is_some() && colour(&story).is_some_and(|quiet| Some(quiet) != lost), "{lost:?}");
}

#[test]
fn the_chart_has_a_zero_line_times_and_the_present() {
    let frame = downloading(68).frame(120, 40);
    for piece in [" 0 ┤┊▁▁▁", "15:35", " now"] {
        assert!(frame.contains(piece), "{piece}\n{frame}");
    }
}

#[test]
fn the_chart_marks_where_its_phase_begins() {
    let cases: [(fn() -> Story, u16); 3] = [(|| downloading(68), 40), (generating, 40), (generating, 24)];
    for (make, height) in cases {
        let width = if height == 40 { 120 } else { 80 };
        for key in ['1', '8'] {
            let mut story = make();
            story.key(KeyCode::Char(key));
            let frame = story.frame(width, height);
            let top = frame.lines().find(|line| line.contains(" ┤")).unwrap();
            let (_, chart) = top.split_once('┤').unwrap();
            assert_eq!(chart.trim_start().chars().next(), Some('┊'), "{frame}");
            assert!(chart.matches('┊').count() == 1, "{frame}");
        }
    }
    // From the highest row to the lowest, where nothing was measured yet.
    let frame = downloading(68).frame(120, 40);
    let rows = frame.lines().skip_while(|line| !line.contains("6.8/s ┤")).take(3);
    assert!(rows.clone().all(|row| row.contains('┊')), "{frame}");
}

#[test]
fn stage_2_shows_the_lines_of_the_log_per_minute() {
    let story = generating();
    for (width, height) in [(120, 40), (80, 24)] {
        let frame = story.frame(width, height);
        assert!(frame.contains("1 line/min ┤"), "{frame}");
    }
    let mut silent = generating();
    silent.at(545 + 80 * 60);
    let (before, after) = (story.frame(120, 40), silent.frame(120, 40));
    assert!(!before.contains("▲▲") && after.contains("▲▲"), "silence is a line at zero\n{after}");
}

#[test]
fn a_scheme_of_its_own_paints_every_cell() {
    for scheme in [Scheme::Dark, Scheme::Light, Scheme::HighContrast, Scheme::ColourBlind] {
        for depth in [Depth::Indexed, Depth::True] {
            let mut story = dr_away();
            story.theme.palette = Palette::Own { scheme, depth, is_painted: true };
            story.key(KeyCode::Char('?'));
            let buffer = story.buffer(120, 40);
            let grounds: Vec<Color> = buffer.content.iter().map(|cell| cell.bg).collect();
            assert!(grounds.iter().all(|ground| *ground == grounds[0] && *ground != Color::Reset));
            let is_own = |colour: Color| matches!(colour, Color::Rgb(..) | Color::Indexed(16..));
            assert!(buffer.content.iter().all(|cell| is_own(cell.fg)), "{scheme:?} {depth:?}");
            assert!(!buffer.content.iter().any(|cell| cell.modifier.contains(Modifier::DIM)));
        }
    }
}

#[test]
fn on_the_terminals_own_background_no_cell_has_one() {
    let mut story = dr_away();
    story.theme =
        Theme { palette: Palette::Auto(Depth::True), charset: Charset::Unicode, ..Theme::default() };
    let asked = story.buffer(80, 24);
    assert!(asked.content.iter().all(|cell| !matches!(cell.fg, Color::Rgb(..))), "not answered yet");
    story.theme = story.theme.on_background(Rgb(255, 255, 255));
    let buffer = story.buffer(80, 24);
    assert!(buffer.content.iter().all(|cell| cell.bg == Color::Reset));
    assert!(buffer.content.iter().any(|cell| matches!(cell.fg, Color::Rgb(..))));
}

#[test]
fn a_key_shows_the_local_time_beside_utc_and_hides_it_again() {
    let mut story = downloading(68);
    story.view.zone = Some(LocalZone::new(TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()));
    let before = story.frame(120, 40);
    story.key(KeyCode::Char('T'));
    assert!(line(&story, 120, 40, 0).contains("15:38:28 UTC  17:38:28 CEST"), "{}", line(&story, 120, 40, 0));
    assert!(line(&story, 80, 24, 0).contains("15:38:28 UTC  17:38:28 CEST"));
    assert!(line(&story, 40, 10, 0).contains("17:38 CEST"), "{}", line(&story, 40, 10, 0));
    let narrow = line(&story, 60, 15, 0);
    assert!(narrow.contains("17:38:28 CEST") && !narrow.contains("UTC"), "{narrow}");
    let mut wide = story.frame(200, 50);
    assert!(wide.contains("ends 15:40 – 15:42  17:40 – 17:42 CEST"), "{wide}");
    story.key(KeyCode::Char('T'));
    assert_eq!(story.frame(120, 40), before);
    story.view.zone = None;
    story.key(KeyCode::Char('T'));
    assert_eq!(story.view.message.as_ref().map(|message| message.kind), Some(MessageKind::Bad));
    wide = story.frame(120, 40);
    assert!(wide.contains("set TZ"), "{wide}");
}

#[test]
fn what_has_no_times_yet_has_a_bar_too() {
    let mut story = connected(RunSettings::default());
    story.record(Event::Noted { text: String::new(), user: String::new(), line: None });
    assert!(line(&story, 120, 40, 1).contains("▶ PREPARE 00:00:04"), "{}", story.frame(120, 40));
}

#[test]
fn the_time_to_the_minute_stays_where_the_seconds_have_no_room() {
    let mut story = downloading(68);
    story.run.started.demo = true;
    story.mode = crate::screen::Mode::Demo;
    let strip = line(&story, 40, 10, 0);
    assert!(strip.contains("SIM") && strip.ends_with(" 15:38"), "{strip}");
}

#[test]
fn a_check_list_has_no_mark_of_a_finding() {
    let mut story = connected(RunSettings::default());
    for key in ['1', '6'] {
        story.key(KeyCode::Char(key));
        for (width, height) in [(120, 40), (80, 24)] {
            let frame = story.frame(width, height);
            // Those of the top line, which counts none.
            let marks = ['✗', '▲'].map(|mark| frame.chars().filter(|sign| *sign == mark).count());
            assert_eq!(marks, [1, 1], "{frame}");
            assert!(frame.contains("☐") && frame.contains("! "), "{frame}");
        }
    }
    story.theme = Theme { palette: Palette::Monochrome, charset: Charset::Ascii, ..Theme::default() };
    let frame = story.frame(120, 40);
    assert!(
        frame.is_ascii() && frame.contains("[ ] blocking  Pause replication on ava-prod: it runs"),
        "{frame}"
    );
    assert!(frame.contains("[!] attention Bucket not listed") && frame.contains("[x] ok "), "{frame}");
}
