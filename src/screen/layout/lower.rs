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

/// The rows that the panels may get beyond their usual ones for more than first sentences.
const MOST_MORE_ROWS: u16 = 3;

/// The fewest rows of the two main panels, with their boxes: how far, how fast and until when; the state of replication
/// and what may be done about it.
const MIN_MIDDLE_ROWS: u16 = 5;

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

/// What the panels below the two main ones may take: the `rest`, and rows that the main ones can still give up.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) rest: Rect,
    pub(super) spare: u16,
}

impl Room {
    /// Below main panels of `middle` rows, which may be fewer.
    pub(super) fn below(rest: Rect, middle: u16) -> Self {
        Self { rest, spare: middle.saturating_sub(MIN_MIDDLE_ROWS) }
    }

    /// Rows that the first sentences of the findings need in `width` columns beyond those that the log can spare.
    fn rows_missing(self, picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>) -> u16 {
        let (sides, frame) = canvas.frame_size();
        let sentences = findings::rows_wanted(picture, width.saturating_sub(sides), canvas).first_sentence;
        sentences.saturating_add(frame + MIN_LOG_ROWS).saturating_sub(self.rest.height)
    }
}

/// How the width below the main panels is shared: the percentage of the panel on the left, whether the findings are that
/// one, and the columns of the findings and of the list, of which none is shown where it has none.
fn shared_width(
    picture: &Picture<'_>,
    room: Room,
    is_bare: bool,
    canvas: &Canvas<'_>,
) -> (u16, bool, [u16; 2]) {
    let is_wide = room.rest.width >= WIDE_FROM;
    let (beside, findings_first) = match (is_bare, is_wide, checklist::applies(picture.run)) {
        (true, ..) | (_, false, false) => (0, false),
        (_, true, _) => (42, false),
        (_, false, true) => (50, true),
    };
    let (left, right) = split(room.rest, beside);
    // Where half the width is too little for them, findings have all of it: the list is a view of its own too.
    let spare = room.spare + MIN_LOG_ROWS - log_rows_beside_sentences(canvas);
    if !findings_first || room.rows_missing(picture, left.width, canvas) > spare {
        let beside = if findings_first { 0 } else { beside };
        return (beside, false, [split(room.rest, beside).1.width, 0]);
    }
    (beside, true, [left.width, right.width])
}

/// What is below the main panels, whose `usual` rows are fewer where they need no box; `canvas` is that of these panels.
pub(super) fn lower_panels(picture: &Picture<'_>, usual: u16, room: Room, canvas: &Canvas<'_>) -> Lower {
    let is_bare = usual == 1;
    let usual = if room.rest.width >= WIDE_FROM || is_bare { usual } else { usual - 1 };
    let (beside, findings_first, widths) = shared_width(picture, room, is_bare, canvas);
    let rows = lower_height(picture, usual, widths, room.rest, canvas);
    Lower { beside, findings_first, rows, is_bare }
}

/// The rows that the main panels give up because the first sentences below them need more than the log can spare.
pub(super) fn rows_given_up(picture: &Picture<'_>, usual: u16, room: Room, canvas: &mut Canvas<'_>) -> u16 {
    if usual == 1 {
        return 0;
    }
    let canvas = canvas_below(room.rest, canvas);
    let (_, _, [findings, _]) = shared_width(picture, room, false, &canvas);
    room.rows_missing(picture, findings, &canvas).min(room.spare)
}

/// The fewest rows of the log beside first sentences that find no room elsewhere: a line.
fn log_rows_beside_sentences(canvas: &Canvas<'_>) -> u16 {
    canvas.frame_size().1 + 1
}

/// As the panels below the main ones are drawn: in few columns without boxes.
fn canvas_below<'a>(rest: Rect, canvas: &'a mut Canvas<'_>) -> Canvas<'a> {
    Canvas { drawing: &mut *canvas.drawing, theme: canvas.theme, is_boxed: rest.width >= WIDE_FROM }
}

/// Whether the row of marks costs the log a line that it can spare, of the `room` below the main panels, and nothing else.
/// A view with the screen to itself has the bar of the main one, so that the rows above it stay where they are.
pub(super) fn can_spare_marks(
    picture: &Picture<'_>,
    room: Room,
    usual: u16,
    canvas: &mut Canvas<'_>,
) -> bool {
    if !phases::has_marks(picture) {
        return false;
    }
    let canvas = canvas_below(room.rest, canvas);
    let rows = |rest: Rect| lower_panels(picture, usual, Room { rest, ..room }, &canvas).rows;
    let smaller = below(room.rest, 1);
    let (_, frame) = canvas.frame_size();
    rows(smaller) == rows(room.rest)
        && smaller.height.saturating_sub(rows(smaller)) >= LOG_LINES_BESIDE_MARKS + frame
}

/// As many rows as the findings of weight need, and the list beside them, out of those the log can spare; at least
/// `usual`. `widths` are those of the two panels.
fn lower_height(picture: &Picture<'_>, usual: u16, widths: [u16; 2], rest: Rect, canvas: &Canvas<'_>) -> u16 {
    let (sides, frame) = if usual > 1 { canvas.frame_size() } else { (BARE_FINDINGS_SIDES, 0) };
    let (frame_width, rest) = (rest.width, rest.height);
    let [findings, list] = widths.map(|width| width.saturating_sub(sides));
    let list = if list > 0 { checklist::rows_wanted(picture, list, canvas) } else { 0 };
    let wanted = findings::rows_wanted(picture, findings, canvas);
    let beside = |log: u16| rest.saturating_sub(log);
    let most_usual = usual + MOST_MORE_ROWS;
    let needed = wanted.gist.max(list).saturating_add(frame).min(most_usual);
    let sentences = wanted.first_sentence.saturating_add(frame);
    let message = footer::message_rows(picture, frame_width);
    let most = if usual > 1 {
        let log = MIN_LOG_ROWS.max(LOG_ROWS_BESIDE_MESSAGE + message);
        let beside_sentences = sentences.min(beside(log_rows_beside_sentences(canvas)));
        beside(log).min(most_usual).max(needed.min(beside(MIN_LOG_ROWS))).max(beside_sentences)
    } else {
        MAX_BARE_FINDINGS
    };
    wanted.whole.max(list).saturating_add(frame).min(most).max(usual)
}

/// Two areas side by side, the left of `percent`.
pub(super) fn split(area: Rect, percent: u16) -> (Rect, Rect) {
    let left = u16::try_from(u32::from(area.width) * u32::from(percent) / 100).unwrap_or(area.width);
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    (Rect { width: left, ..area }, right)
}
