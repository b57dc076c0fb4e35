//! The panels below the two main ones: which of them share the width, and how many rows they get beside the log.

use ratatui::layout::Rect;

use crate::screen::{
    paint::{Canvas, below},
    panels::{checklist, findings, phases, strips::footer},
    scene::Picture,
};

/// From this width on the DR appliance has a panel of its own, and so has the pre-flight or the cleanup.
pub(super) const WIDE_FROM: u16 = 100;

/// The fewest rows of the log beside findings, with a frame and without; and those that it has beside a message, its title
/// and a line.
const MIN_LOG_ROWS: u16 = 3;
const LOG_ROWS_BESIDE_MESSAGE: u16 = 2;
pub(super) const MIN_BARE_LOG_ROWS: u16 = 3;

/// The fewest lines of the log beside the marks of the phase bar.
const LOG_LINES_BESIDE_MARKS: u16 = 3;

/// The most rows of findings without a frame.
pub(super) const MAX_BARE_FINDINGS: u16 = 4;

/// Columns beside findings without a frame: a blank, and the number of those not shown.
pub(super) const BARE_FINDINGS_SIDES: u16 = 6;

/// What is below the two main panels: the findings, and perhaps a panel beside them.
pub(super) struct Lower {
    /// The share of the width that the panel on the left of two gets, which is the findings where they come first.
    pub(super) beside: u16,
    pub(super) findings_first: bool,
    /// The rows, of which a frame or a title takes some unless it is bare.
    pub(super) rows: u16,
    pub(super) is_bare: bool,
}

/// What is below the main panels, whose `usual` rows are fewer where they need no box; `canvas` is that of these panels.
pub(super) fn lower_panels(picture: &Picture<'_>, usual: u16, rest: Rect, canvas: &Canvas<'_>) -> Lower {
    let is_wide = rest.width >= WIDE_FROM;
    let is_bare = usual == 1;
    let usual = if is_wide || is_bare { usual } else { usual - 1 };
    let (beside, findings_first) = match (is_bare, is_wide, checklist::applies(picture.run)) {
        (true, ..) | (_, false, false) => (0, false),
        (_, true, _) => (42, false),
        (_, false, true) => (50, true),
    };
    let (left, right) = split(rest, beside);
    let widths = if findings_first { [left.width, right.width] } else { [right.width, 0] };
    let rows = lower_height(picture, usual, widths, rest, canvas);
    Lower { beside, findings_first, rows, is_bare }
}

/// Whether the row of marks costs the log a line that it can spare, of the `rest` below the main panels, and nothing else.
/// A view with the screen to itself has the bar of the main one, so that the rows above it stay where they are.
pub(super) fn can_spare_marks(
    picture: &Picture<'_>,
    rest: Rect,
    usual: u16,
    canvas: &mut Canvas<'_>,
) -> bool {
    if !phases::has_marks(picture) {
        return false;
    }
    let is_boxed = rest.width >= WIDE_FROM;
    let canvas = Canvas { drawing: &mut *canvas.drawing, theme: canvas.theme, is_boxed };
    let rows = |rest: Rect| lower_panels(picture, usual, rest, &canvas).rows;
    let smaller = below(rest, 1);
    let (_, frame) = canvas.frame_size();
    rows(smaller) == rows(rest)
        && smaller.height.saturating_sub(rows(smaller)) >= LOG_LINES_BESIDE_MARKS + frame
}

/// As many rows as the findings of weight need, and the list beside them, out of those the log can spare; at least
/// `usual`. `widths` are those of the two panels.
fn lower_height(picture: &Picture<'_>, usual: u16, widths: [u16; 2], rest: Rect, canvas: &Canvas<'_>) -> u16 {
    let (sides, frame) = if usual > 1 { canvas.frame_size() } else { (BARE_FINDINGS_SIDES, 0) };
    let (frame_width, rest) = (rest.width, rest.height);
    let [findings, list] = widths.map(|width| width.saturating_sub(sides));
    let list = if list > 0 { checklist::rows_wanted(picture, list, canvas) } else { 0 };
    let (wanted, gist) = findings::rows_wanted(picture, findings, canvas);
    let beside = |log: u16| rest.saturating_sub(log).min(usual + 3);
    let needed = gist.max(list).saturating_add(frame);
    let message = footer::message_rows(picture, frame_width);
    let most = if usual > 1 {
        let log = MIN_LOG_ROWS.max(LOG_ROWS_BESIDE_MESSAGE + message);
        beside(log).max(needed.min(beside(MIN_LOG_ROWS)))
    } else {
        MAX_BARE_FINDINGS
    };
    wanted.max(list).saturating_add(frame).min(most).max(usual)
}

/// Two areas side by side, the left of `percent`.
pub(super) fn split(area: Rect, percent: u16) -> (Rect, Rect) {
    let left = u16::try_from(u32::from(area.width) * u32::from(percent) / 100).unwrap_or(area.width);
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    (Rect { width: left, ..area }, right)
}
