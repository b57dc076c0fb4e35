//! Every dialog there is, open, at each of its steps.

use crossterm::event::KeyCode;

use super::{
    Story, attached_in_stage_2, connected, downloading, ended, generating, in_use, prepared, troubled,
};
use crate::{
    run::{Event, RunSettings, Statement},
    screen::{Mode, keys::Panel},
};

/// A key that enters what was typed.
const ENTER: char = '\n';

/// Presses each of `keys`.
fn pressed(mut story: Story, keys: &str) -> Story {
    for key in keys.chars() {
        story.key(if key == ENTER { KeyCode::Enter } else { KeyCode::Char(key) });
    }
    assert!(story.view.has_dialog(), "{keys:?}");
    story
}

fn named() -> Story {
    let mut story = connected(RunSettings::default());
    story.at(20).names_confirmed();
    story
}

/// An alarm that was acknowledged after the end of the test, and is not settled.
pub(in crate::screen::tests) fn ended_with_alarm() -> Story {
    let mut story = in_use();
    let words = "[segstore.ERR] (14302) reading of a user's file failed: slab missing";
    story.alarm("cloud bucket inconsistent", words);
    story.at(5400).attested(Statement::TestOver);
    let open: Vec<_> = story.run.open_findings().map(|open| (open.code.name(), open.record)).collect();
    for (code, opened) in open {
        let (reason, user) = ("Smith: case 1234".to_owned(), "kim".to_owned());
        story.record(Event::Acknowledged { code, opened, reason, user });
    }
    story
}

/// Each with a name for it.
pub(in crate::screen::tests) fn every_dialog() -> Vec<(&'static str, Story)> {
    let mut of_views = troubled();
    of_views.view.zoom = Some(Panel::Findings);
    let finding = pressed(of_views, "\n");
    let mut seek = downloading(60);
    seek.mode = Mode::Replay;
    let mut replay = downloading(60);
    replay.mode = Mode::Replay;
    let mut event = troubled();
    event.key(KeyCode::Char('3'));
    event.key(KeyCode::Right);
    assert!(event.view.has_dialog());
    let mut line = downloading(60);
    line.key(KeyCode::Char('2'));
    drop(line.frame(80, 24));
    line.key(KeyCode::Char('K'));
    line.key(KeyCode::Enter);
    line.show_wanted_line();
    assert!(line.view.has_dialog());
    let mut markers = attached_in_stage_2();
    markers.view.ask_about_markers(&markers.run);
    vec![
        ("pair before the pause", pressed(connected(RunSettings::default()), "p")),
        ("pair", pressed(connected(RunSettings::default()), "i")),
        ("pause", pressed(named(), "p")),
        ("pause refused", pressed(named(), "pavb\n")),
        ("resume against the policy", pressed(downloading(50), "r")),
        ("resume overridden", pressed(downloading(50), "rno longer needed\n")),
        ("resume after an alarm", pressed(ended_with_alarm(), "r")),
        ("threads", pressed(prepared(), "t")),
        ("threads in stage 2", pressed(generating(), "t")),
        ("listing", pressed(prepared(), "b")),
        ("baseline", pressed(prepared(), "B")),
        ("statement", pressed(in_use(), "s")),
        ("statement against the record", pressed(downloading(50), "s6\n")),
        ("since when", pressed(in_use(), "s\n")),
        ("why", pressed(in_use(), "s\n\n")),
        ("markers", markers),
        ("acknowledge which", pressed(troubled(), "a")),
        ("acknowledge why", pressed(troubled(), "a\n")),
        ("owner", pressed(troubled(), "o")),
        ("note", pressed(prepared(), "n")),
        ("note after others", pressed(troubled(), "n")),
        ("sign-off too early", pressed(in_use(), "c")),
        ("sign-off", pressed(ended(), "c")),
        ("sign-off with an alarm", pressed(ended_with_alarm(), "c")),
        ("test sheet", pressed(prepared(), "S")),
        ("row of the test sheet", pressed(prepared(), "S\n")),
        ("help", pressed(prepared(), "?")),
        ("help of a replay", pressed(replay, "?")),
        ("search of the help", pressed(prepared(), "?/")),
        ("palette", pressed(prepared(), ":")),
        ("go to", pressed(seek, "@")),
        ("finding", finding),
        ("event", event),
        ("filter", pressed(prepared(), "f")),
        ("line", line),
        ("quit", pressed(prepared(), "q")),
        ("quit at the end", pressed(ended(), "q")),
    ]
}
