//! Where the open dialog is: it leaves in sight what is to be done now.

use ratatui::{layout::Rect, style::Style};

use crate::screen::{
    dialogs::KeyAnswer,
    paint::{Canvas, below},
    panels::strips::next_step,
    scene::Picture,
};

/// From this height on a dialog that has to be scrolled leaves the next step in sight.
const SCROLLED_BELOW_NEXT_FROM: u16 = 18;

/// The rows that a dialog keeps beside the next step: title, text, field and keys fit into them, or a line of a form with
/// what it means.
const DIALOG_ROWS: u16 = 7;

/// From this height on a dialog leaves the top line in sight, and from that height on however narrow it is.
const TOP_LINE_FROM: u16 = 10;
const TOP_LINE_ALWAYS_FROM: u16 = 15;

/// Where the frame below a dialog has what the dialog is laid out by.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shown {
    /// The next step; empty where it is not shown.
    pub(super) next: Rect,
    /// The row of the keys, where they are shown.
    pub(super) key_line: Option<u16>,
}

/// Draws the open dialog, if there is one.
pub(super) fn draw_dialog(picture: &Picture<'_>, shown: Shown, area: Rect, canvas: &mut Canvas<'_>) {
    let Some(dialog) = &picture.scene.view.dialog else { return };
    // The key line stays in sight only where a dialog does not need the room.
    let room = if area.height > 12 { Rect { height: area.height - 1, ..area } } else { area };
    let under_top_line = below(room, 1);
    let has_top_line = match area.height {
        ..TOP_LINE_FROM => false,
        TOP_LINE_ALWAYS_FROM.. => true,
        // What is asked and the keys come first.
        _ => {
            dialog.rows_needed(&picture.scene.facts, *picture.scene.theme, area, true)
                <= under_top_line.height
        }
    };
    let room = if has_top_line { under_top_line } else { room };
    let room = beside_next_step(picture, shown.next, room, canvas);
    let unknown = picture.scene.view.unknown_key.as_deref();
    let answer = unknown.map(|key| KeyAnswer { key, key_line: shown.key_line });
    dialog.draw(&picture.scene.facts, answer, (*picture.scene.theme, room), canvas.drawing);
}

/// The part of `room` for the open dialog: `next`, which says what to do now, stays in sight wherever the rest shows
/// the whole dialog. Where only the rows above `next` are missing, it moves there; where more are, it is cut to the rows that
/// the dialog can spare,
/// so that what changes meanwhile is still seen.
fn beside_next_step(picture: &Picture<'_>, next: Rect, room: Rect, canvas: &mut Canvas<'_>) -> Rect {
    let facts = &picture.scene.facts;
    let dialog = picture.scene.view.dialog.as_ref();
    let fits = |room: Rect| dialog.is_some_and(|dialog| dialog.fits(facts, *picture.scene.theme, room));
    if next.is_empty() {
        return room;
    }
    let under = below(room, next.bottom() - room.y);
    if fits(under) || (under.height >= SCROLLED_BELOW_NEXT_FROM - 2 && !fits(room)) {
        return under;
    }
    if room.height < DIALOG_ROWS {
        return room;
    }
    let needed = dialog.map_or(0, |dialog| dialog.rows_needed(facts, *picture.scene.theme, room, false));
    let spared = next.height.min(room.height.saturating_sub(needed.max(DIALOG_ROWS)).max(1));
    let rows = if fits(below(room, next.height)) {
        next.height
    } else if spared < next.height {
        // It is cut all the same: to what leaves the dialog whole, if there is such a height.
        (1..next.height).rev().find(|rows| fits(below(room, *rows))).unwrap_or(spared)
    } else {
        spared
    };
    let (top, rest) = (Rect { height: rows, ..room }, below(room, rows));
    canvas.fill(top, Style::new());
    next_step::draw(picture, Rect { y: top.y, height: rows, ..next }, canvas);
    rest
}
