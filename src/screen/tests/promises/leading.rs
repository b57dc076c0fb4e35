//! The words that lead through a test: whether the start may be made, what the demo does by itself, what a phase is called
//! before it is stated, and what a loss asks for in its first minute.

use crossterm::event::KeyCode;

use crate::screen::tests::story::{
    Story, connected, downloading, dr_away, ended, generating, in_use, prepared,
};
use crate::{
    run::{
        Code, Elapsed, Event, Link, ListingCause, PreflightItem, ReplicationState, Role, RunSettings,
        Severity, Statement,
    },
    screen::{DemoDeed, DemoStep, Mode},
};

const SIZES: [(u16, u16); 4] = [(120, 40), (80, 24), (60, 15), (40, 10)];

fn header(story: &Story, (width, height): (u16, u16)) -> String {
    story.frame(width, height).lines().next().unwrap().to_owned()
}

/// The frame with its rows joined to one text.
fn text(story: &Story, (width, height): (u16, u16)) -> String {
    let frame = story.frame(width, height);
    frame.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn go_stands_in_the_header_where_no_go_stood() {
    for size in SIZES {
        assert!(header(&connected(RunSettings::default()), size).contains("NO-GO"), "{size:?}");
        let header_of_go = header(&prepared(), size);
        assert!(header_of_go.contains(" GO ") && !header_of_go.contains("NO-GO"), "{header_of_go}");
        for later in [downloading(50), ended()] {
            assert!(!header(&later, size).contains("GO"), "{}", header(&later, size));
        }
    }
    let mut listed_again = prepared();
    listed_again.record(Event::ListingStarted { cause: ListingCause::Asked });
    assert!(!header(&listed_again, (80, 24)).contains(" GO "), "{}", header(&listed_again, (80, 24)));
    let mut few = prepared();
    few.threads(16);
    let words = "GO. Before you start the restore, better set 128 replication threads on ava-dr; with 16, stage 1 can take more than twice as long (t).";
    assert!(text(&few, (80, 24)).contains(words), "{}", few.frame(80, 24));
}

#[test]
fn next_says_what_the_demo_does_by_itself_and_when() {
    use crate::run::Remedy;
    let acts = |seconds, takes: &'static [Remedy], states| {
        Some(DemoStep { deed: DemoDeed::Acts, seconds, takes, states })
    };
    let mut story = in_use();
    story.mode = Mode::Demo;
    story.attested(Statement::TestOver);
    story.view.demo = acts(7, &[Remedy::Resume], None);
    for size in [(120, 40), (80, 24), (40, 10)] {
        let words = "resume replication on ava-prod (r); the demo does it for you in 7 s.";
        assert!(text(&story, size).contains(words), "{}", story.frame(size.0, size.1));
    }
    story.view.demo = acts(7, &[Remedy::Pause], None);
    assert!(!text(&story, (80, 24)).contains("does it for you"), "that is another step");
    // Of two statements it makes one.
    let mut story = in_use();
    story.mode = Mode::Demo;
    story.view.demo = acts(7, &[Remedy::StateByHand], Some(Statement::TestOver));
    assert!(!text(&story, (80, 24)).contains("does it for you"), "{}", story.frame(80, 24));
    story.attested(Statement::RestoredUsable);
    assert!(text(&story, (80, 24)).contains("does it for you in 7 s"), "{}", story.frame(80, 24));

    let mut story = prepared();
    (story.mode, story.run.started.demo) = (Mode::Demo, true);
    let typed = "On ava-dr type, line by line: \"enable\", \"configure terminal\", \"service enable\" (the demo does it for you";
    assert!(text(&story, (80, 24)).contains(&format!("{typed}).")), "{}", story.frame(80, 24));
    story.view.demo = Some(DemoStep { deed: DemoDeed::Types, seconds: 3, takes: &[], states: None });
    assert!(text(&story, (80, 24)).contains(&format!("{typed} in 3 s).")), "{}", story.frame(80, 24));
}

#[test]
fn what_is_restored_is_in_use_only_once_that_is_stated() {
    let mut story = in_use();
    for size in SIZES {
        let frame = story.frame(size.0, size.1);
        assert!(frame.contains("RESTORED 00:02:00") || frame.contains("restored 00:02:00"), "{frame}");
        assert!(!frame.contains("IN USE") && !frame.contains("in use "), "{frame}");
    }
    story.key(KeyCode::Char('4'));
    assert!(story.frame(120, 40).contains("restored"), "{}", story.frame(120, 40));
    story.key(KeyCode::Char('1'));
    story.attested(Statement::RestoredUsable);
    story.now = story.now + Elapsed::from_secs(60);
    for size in SIZES {
        let frame = story.frame(size.0, size.1).to_lowercase();
        assert!(frame.contains("in use 00:01:00"), "{frame}");
    }
}

#[test]
fn a_loss_orders_nothing_in_its_first_minute_and_then_a_look_at_the_network() {
    let mut story = dr_away();
    let reason = "the appliance does not answer; check the network and that the appliance is up".to_owned();
    let retry_at = story.now;
    story.link(Role::Dr, Link::Waiting { reason, retry_at });
    let early = story.frame(80, 24);
    let lost_at = story.run.dr.away().unwrap().utc().format("%H:%M").to_string();
    assert_eq!(lost_at, "15:38");
    let said = text(&story, (80, 24));
    assert!(said.contains("Do nothing until 15:39:28; then check the network, try again (R)."), "{early}");
    assert!(early.contains("✗0") && !early.contains("check the network and"), "{early}");
    assert!(early.lines().any(|row| row.contains('▲') && row.contains("Not connected to ava-dr")), "{early}");
    story.at(700);
    let late = story.frame(80, 24);
    assert!(
        late.contains("✗1") && late.lines().any(|row| row.contains('✗') && row.contains("Not conn")),
        "{late}"
    );
    assert!(text(&story, (80, 24)).contains("check the network and that the appliance is up"), "{late}");
}

#[test]
fn that_it_is_on_record_stays_in_the_header_whatever_else_there_is() {
    let mut story = in_use();
    story.run.started.demo = true;
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
    let finding = story.run.open_findings().find(|finding| finding.code == Code::Alarm).unwrap();
    let (code, opened) = (finding.code.name(), finding.record);
    story.record(Event::Acknowledged { code, opened, reason: "known".to_owned(), user: "kim".to_owned() });
    let strip = header(&story, (40, 10));
    assert!(strip.contains("● REC") && strip.contains("✗1 ack."), "{strip}");
    story.attested(Statement::TestOver);
    assert!(
        header(&story, (120, 40)).contains("cleanup 2 open"),
        "the danger counts\n{}",
        story.frame(120, 40)
    );
    for size in [(120, 40), (100, 30), (90, 24), (80, 24), (76, 24)] {
        let strip = header(&story, size);
        assert!(strip.contains("● REC") || strip.contains("● recording"), "{strip}");
        assert!(strip.contains("primary") && strip.contains("dr "), "{strip}");
    }
}

#[test]
fn leaving_the_log_alone_gives_the_main_view_its_newest_line_back() {
    let mut story = downloading(68);
    story.frame(80, 24);
    let arrive = |story: &mut Story, words: &str| {
        (0..30).for_each(|_| drop(story.line(Severity::Info, "[gc.INFO] filler", None)));
        story.line(Severity::Info, words, None);
    };
    story.key(KeyCode::Char('2'));
    story.frame(80, 24);
    story.key(KeyCode::PageUp);
    arrive(&mut story, "the newest of all");
    assert!(story.frame(80, 24).contains("press End for the newest"), "{}", story.frame(80, 24));
    story.key(KeyCode::Char('1'));
    assert!(story.frame(80, 24).contains("the newest of all"), "{}", story.frame(80, 24));
    // What was scrolled on the main view stays there.
    story.key(KeyCode::PageUp);
    story.key(KeyCode::Char('2'));
    story.frame(80, 24);
    story.key(KeyCode::Char('1'));
    arrive(&mut story, "one line later");
    assert!(!story.frame(80, 24).contains("one line later"), "{}", story.frame(80, 24));
    story.key(KeyCode::Char('1'));
    assert!(story.frame(80, 24).contains("one line later"), "once more leads to the newest");
}

#[test]
fn a_wrapped_line_breaks_between_words() {
    let mut story = downloading(68);
    let words = "[gc.INFO] (1) alpha bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november";
    story.line(Severity::Info, words, None);
    story.frame(80, 24);
    story.key(KeyCode::Char('L'));
    for width in 60..90 {
        let frame = story.frame(width, 24);
        for word in ["golf", "hotel", "india", "juliett", "kilo", "november"] {
            assert!(frame.contains(word), "{word} at {width}\n{frame}");
        }
    }
}

#[test]
fn the_time_that_was_not_read_is_one_figure_in_every_view() {
    let mut story = generating();
    let retry_at = story.now;
    story.replication(ReplicationState::Paused);
    story.link(Role::Primary, Link::Waiting { reason: "no answer".to_owned(), retry_at });
    story.now = story.now + Elapsed::from_secs(179);
    story.link(Role::Primary, Link::Connected).replication(ReplicationState::Paused);
    let total = story.run.replication.unseen_total(story.now).unwrap().to_string();
    assert_eq!(total, "00:02:59");
    story.run.started.settings.pause_budget = None;
    assert!(text(&story, (80, 24)).contains(&format!("{total} not read")), "{}", story.frame(80, 24));
    assert!(text(&story, (80, 24)).contains("nobody could read whether it was"), "{}", story.frame(80, 24));
    for (view, words) in [
        ('5', format!("not read for {total} of the pause")),
        ('7', format!("ava-prod was not read for {total} during stage 2")),
        ('9', format!("of it not read {total}")),
    ] {
        story.key(KeyCode::Char(view));
        assert!(text(&story, (120, 40)).contains(&words), "{words}\n{}", story.frame(120, 40));
    }
}

#[test]
fn the_step_of_stage_1_says_that_a_finding_is_open_and_keeps_its_own_words() {
    let mut story = downloading(68);
    story.near_miss("[namespace_restore.INFO] (13852) Cloud restore phase nearly complete");
    for size in [(120, 40), (80, 24), (60, 15)] {
        let text = text(&story, size);
        let step = text.split_once("NEXT ").unwrap().1;
        let words = "Nothing to do but wait: stage 1 should end between";
        assert!(step.starts_with(words), "{}", story.frame(size.0, size.1));
        assert!(
            step.contains("1 finding is open: read it (7), then acknowledge (a)."),
            "{size:?}\n{}",
            story.frame(size.0, size.1)
        );
        // The panel says so as well.
        let stays = step.contains("Replication on ava-prod stays paused.");
        assert!(stays || size.0 < 100, "{}", story.frame(size.0, size.1));
        let before = step.split_once(". ").unwrap().0;
        assert!(before.contains(" and 15:4"), "{}", story.frame(size.0, size.1));
    }
    let quiet = text(&downloading(68), (80, 24));
    assert!(!quiet.contains("is open"), "{quiet}");
}

#[test]
fn an_empty_box_stands_beside_what_is_to_be_done() {
    let story = connected(RunSettings::default());
    for size in [(120, 40), (80, 24)] {
        let text = text(&story, size);
        assert!(text.contains("☐ Pause replication on ava-prod: it runs"), "{}", story.frame(size.0, size.1));
        assert!(!text.contains("Replication on ava-prod runs"), "{}", story.frame(size.0, size.1));
    }
    // What goes on record is the state.
    let item = story.facts().preflight().items.into_iter().find(PreflightItem::forbids).unwrap();
    assert_eq!(item.text, "Replication on ava-prod runs; the bucket must not change.");
}
