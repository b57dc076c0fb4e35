//! The engineer: reads the screen as it is drawn, and presses keys. What is typed is what the screen asks for, or not.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use fastrand::Rng;

use super::plan::Move;
use crate::run::ActionKind;

/// One thing that a hand does.
#[derive(Clone, Debug)]
pub(super) enum Press {
    Key(KeyCode),
    /// Pastes a text.
    Paste(&'static str),
    /// Types what the screen asks for, or something else.
    Answer {
        is_careful: bool,
        is_right: bool,
        /// Looks at the screen even if no dialog is open.
        looks: bool,
    },
}

/// A text that no terminal should ever get.
const HOSTILE_NOTE: &str = "a\u{202e}b\u{1b}[31mc\u{200b}d\u{9b}e\u{e0041}f";

/// The presses of a move, each with its time in milliseconds behind the move's own.
pub(super) fn presses(of: &Move) -> Vec<(u64, Press)> {
    let letter = |letter| Press::Key(KeyCode::Char(letter));
    // A dialog may ask for one thing after the other.
    let dialog = |first: Vec<Press>, is_careful, is_right, thinks: u64| {
        let mut presses: Vec<_> = (0..).map(|n| n * 200).zip(first).collect();
        // Behind the presses that open the dialog.
        let mut at = 1000;
        for nth in 0..4 {
            presses.push((at, Press::Answer { is_careful, is_right, looks: nth == 0 }));
            at += 200 + thinks * 1000;
            presses.push((at, Press::Key(KeyCode::Enter)));
            at += 700;
        }
        presses.push((at, Press::Key(KeyCode::Esc)));
        presses
    };
    match of {
        Move::Confirm { is_careful } => dialog(vec![letter('i')], *is_careful, true, 0),
        Move::Act { action, is_careful, is_right, thinks } => {
            let key = match action {
                ActionKind::Pause => 'p',
                ActionKind::Resume => 'r',
                ActionKind::SetThreads(_) => 't',
            };
            dialog(vec![letter(key)], *is_careful, *is_right, *thinks)
        }
        Move::Attest { down } => {
            let mut first = vec![letter('s')];
            first.extend((0..*down).map(|_| Press::Key(KeyCode::Down)));
            first.push(Press::Key(KeyCode::Enter));
            dialog(first, false, true, 0)
        }
        Move::Acknowledge => dialog(vec![letter('a'), Press::Key(KeyCode::Enter)], false, true, 0),
        Move::Note { is_hostile: true } => {
            vec![(0, letter('n')), (200, Press::Paste(HOSTILE_NOTE)), (900, Press::Key(KeyCode::Enter))]
        }
        Move::Note { .. } | Move::SignOff => {
            let key = if matches!(of, Move::SignOff) { 'c' } else { 'n' };
            dialog(vec![letter(key)], false, true, 0)
        }
        Move::Baseline => vec![(0, letter('B')), (700, Press::Key(KeyCode::Enter))],
        Move::ListBucket => vec![(0, letter('b')), (700, Press::Key(KeyCode::Enter))],
        Move::Export => vec![(0, letter('e'))],
        Move::Markers => vec![(0, letter('m')), (500, letter(' ')), (900, Press::Key(KeyCode::Enter))],
        Move::Freeze => vec![(0, letter(' ')), (9000, letter(' '))],
        Move::Zoom => vec![(0, letter('z')), (2000, letter('z'))],
        Move::Reconnect => vec![(0, letter('R'))],
        Move::Search => {
            vec![(0, letter('/')), (100, Press::Paste("restore")), (200, Press::Key(KeyCode::Enter))]
        }
        Move::Fumble { seed } => fumble(*seed),
        Move::Quit { .. } => {
            // The question differs with the state of the run: `Q` quits and leaves
            // replication as it is, `y` is the plain yes.
            vec![(0, letter('q')), (600, letter('Q')), (1200, letter('y')), (1800, Press::Key(KeyCode::Esc))]
        }
    }
}

/// Keys that mean something on the main screen or in a dialog, but for those that quit.
const LETTERS: &[u8] = b" abceghikmnprstuwzBEGNRW/?0";

fn fumble(seed: u64) -> Vec<(u64, Press)> {
    let mut random = Rng::with_seed(seed);
    // Neither Ctrl-C nor what quits at once: that is a move of its own.
    let codes = [
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::PageUp,
        KeyCode::Home,
        KeyCode::Backspace,
        KeyCode::Left,
    ];
    let mut presses: Vec<(u64, Press)> = (0..random.u64(3..40))
        .map(|n| {
            let code = match random.u8(..3) {
                0 => codes[random.usize(..codes.len())],
                _ => KeyCode::Char(char::from(LETTERS[random.usize(..LETTERS.len())])),
            };
            (n * 90, Press::Key(code))
        })
        .collect();
    presses.push((4000, Press::Key(KeyCode::Esc)));
    presses.push((4100, Press::Key(KeyCode::Esc)));
    presses
}

/// A key as the terminal tells it.
pub(super) fn key(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::NONE)
}

/// What the engineer makes of a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Types this.
    Types(String),
    /// Wants nothing to do with it.
    Refuses,
}

/// Reads the screen: the phrase that it asks for, or a reason where it asks for none.
pub(super) fn read(frame: &str, is_careful: bool, is_right: bool) -> Reading {
    if is_careful
        && ["ANOTHER MACHINE", "IMPOSTOR", "SET UP DIFFERENTLY", "evil"].iter().any(|bad| frame.contains(bad))
    {
        return Reading::Refuses;
    }
    if !is_right {
        return Reading::Types("ava-wrong".to_owned());
    }
    let asked = frame.lines().find_map(|line| {
        if let Some((_, rest)) = line.split_once("Type ")
            && let Some((phrase, _)) =
                rest.split_once(", then Enter:").or_else(|| rest.split_once(" to confirm both:"))
        {
            return Some(phrase.to_owned());
        }
        line.contains("Since when?").then(|| "now".to_owned())
    });
    Reading::Types(asked.unwrap_or_else(|| "ordered by the head of operations".to_owned()))
}
