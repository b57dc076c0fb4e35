//! Where the panels are at which size, and the frame as a whole. Panels give way one by one: down
//! to a single row that holds the phase and the state of replication.

mod banner;
mod dialog;
mod lower;

use ratatui::{
    buffer::Buffer,
    layout::{Margin, Rect},
    text::Line,
};

use self::{
    banner::{banner, has_banner},
    dialog::{Shown, draw_dialog},
    lower::{
        BARE_FINDINGS_SIDES, Lower, MAX_BARE_FINDINGS, MIN_BARE_LOG_ROWS, Room, WIDE_FROM, can_spare_marks,
        lower_panels, rows_given_up, split,
    },
};
use super::{
    keys::Panel,
    paint::{Canvas, Drawing, below, indented, replace_unprintable, right_end},
    panels::{
        appliance, checklist, findings, log, objects, phases, replication,
        strips::{footer, header, next_step},
        views::{self, appliances, events, timeline},
    },
    scene::{Picture, Scene},
    view::Places,
};
use crate::run::{Known, Phase};

/// Draws a frame for a [`Surface`](super::Surface), which checks what it shows of it.
pub(crate) fn draw(drawing: &mut Drawing, scene: &Scene<'_>) {
    render(scene, drawing.area, drawing);
    drawing.ground = scene.theme.ground();
}

#[cfg(test)]
pub(crate) fn draw_cells(buffer: &mut Buffer, scene: &Scene<'_>) {
    let mut drawing = Drawing::new(buffer.area);
    draw(&mut drawing, scene);
    drawing.paint(buffer);
}

/// The frame that a terminal of that size would show.
pub(crate) fn still(scene: &Scene<'_>, area: Rect) -> Buffer {
    let (mut drawing, mut buffer) = (Drawing::new(area), Buffer::empty(area));
    render(scene, area, &mut drawing);
    drawing.paint(&mut buffer);
    replace_unprintable(&mut buffer.content, scene.theme.charset);
    buffer
}

const fn is_framed(area: Rect) -> bool {
    area.width >= 70 && area.height >= 20
}

pub(super) fn render(scene: &Scene<'_>, area: Rect, drawing: &mut Drawing) {
    if area.is_empty() {
        return;
    }
    let picture = Picture::of(scene);
    picture.note_place(Places::clear);
    // A panel with the screen to itself, or in a small terminal, needs no box to be told from others.
    let is_boxed = is_framed(area) && scene.view.zoom.is_none();
    let mut canvas = Canvas { drawing, theme: *scene.theme, is_boxed };
    let shown = if is_framed(area) {
        framed(&picture, area, &mut canvas)
    } else {
        compact(&picture, area, &mut canvas)
    };
    draw_dialog(&picture, shown, area, &mut canvas);
}

struct Stack {
    rest: Rect,
}

impl Stack {
    fn take(&mut self, height: u16) -> Rect {
        let top = Rect { height: height.min(self.rest.height), ..self.rest };
        self.rest = below(self.rest, height);
        top
    }
}

fn framed(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) -> Shown {
    let mut stack = Stack { rest: Rect { height: area.height - 1, ..area } };
    let foot = below(area, area.height - 1);
    header::draw(picture, stack.take(1), canvas);
    let (phase, middle, lower) = heights(area);
    let next = next_step::rows_wanted(picture, area.width - 2, canvas);
    let above = stack.take(phase);
    let rest = below(stack.rest, next + u16::from(has_banner(picture)) + middle);
    let marks = u16::from(
        phase < ROWS_WITH_MARKS && can_spare_marks(picture, Room::below(rest, middle), lower, canvas),
    );
    stack.take(marks);
    let bar = Rect { height: above.height + marks, ..above };
    phases::draw_bar(picture, bar.inner(Margin::new(1, 0)), canvas);
    let next = stack.take(next).inner(Margin::new(1, 0));
    next_step::draw(picture, next, canvas);
    if has_banner(picture) {
        // A row of its own: over a panel it would hide rows of the panel.
        banner(picture, stack.take(1), canvas);
    }
    if let Some(panel) = picture.scene.view.zoom {
        views::draw(picture, panel, stack.take(1).inner(Margin::new(1, 0)), canvas);
        zoomed(picture, panel, stack.rest, canvas);
    } else {
        let room = Room::below(below(stack.rest, middle), middle);
        let middle = middle - rows_given_up(picture, lower, room, canvas);
        panels(picture, &mut stack, middle, lower, canvas);
    }
    footer::draw(picture, foot, canvas);
    message_rows(picture, area, foot, 0, canvas);
    Shown { next, key_line: Some(foot.y) }
}

/// Rows of the phase bar with one for the marks of pauses and findings.
const ROWS_WITH_MARKS: u16 = 3;

/// Rows of the phase bar, of the two main panels, and of the panels below them.
const fn heights(area: Rect) -> (u16, u16, u16) {
    let phase = if area.height >= 28 { ROWS_WITH_MARKS } else { ROWS_WITH_MARKS - 1 };
    let middle = match area.height {
        0..24 => 8,
        24..28 if area.width >= WIDE_FROM => 8,
        24..38 => 9,
        38..46 => 11,
        _ => 12,
    };
    let lower = match area.height {
        0..24 => 1,
        24..30 if area.width >= WIDE_FROM => 5,
        24..30 => 4,
        30..38 => 6,
        _ => 7,
    };
    (phase, middle, lower)
}

fn panels(picture: &Picture<'_>, stack: &mut Stack, middle: u16, lower: u16, canvas: &mut Canvas<'_>) {
    let is_wide = stack.rest.width >= WIDE_FROM;
    let shows_appliance = is_wide && lower > 1;
    let (left, right) = split(stack.take(middle), if is_wide { 54 } else { 50 });
    objects::draw(picture, left, shows_appliance, canvas);
    replication::draw(picture, right, canvas);
    // One below the other, panels are told apart by their titles; the log gets the rows of the boxes.
    canvas.is_boxed = is_wide;
    let Lower { beside, findings_first, rows, is_bare } =
        lower_panels(picture, lower, Room { rest: stack.rest, spare: 0 }, canvas);
    let (left, right) = split(stack.take(rows), beside);
    let has_list = checklist::applies(picture.run);
    let has_list_below = has_list && is_wide && stack.rest.height >= 5;
    if is_bare {
        bare_findings(picture, right, has_list && !has_list_below, canvas);
    } else if findings_first {
        findings::draw(picture, left, canvas);
        checklist::draw(picture, right, canvas);
    } else {
        if shows_appliance {
            appliance::draw(picture, left, canvas);
        }
        findings::draw(picture, right, canvas);
    }
    if has_list_below {
        let (left, right) = split(stack.rest, 55);
        checklist::draw(picture, left, canvas);
        log::draw(picture, right, canvas);
    } else {
        log::draw(picture, stack.rest, canvas);
    }
}

/// The findings where no frame has room, and the verdict of the list where that has no panel.
fn bare_findings(picture: &Picture<'_>, place: Rect, with_verdict: bool, canvas: &mut Canvas<'_>) {
    let verdict_line = if with_verdict { checklist::verdict_line(picture, canvas) } else { Line::default() };
    let half = place.width / 2;
    let right = right_end(Rect { x: place.right() - half, width: half, ..place }, &verdict_line);
    let left = Rect { width: place.width - right.width - u16::from(right.width > 0), ..place };
    findings::draw_lines(picture, indented(left), canvas);
    canvas.row(right, 0, &verdict_line);
}

fn zoomed(picture: &Picture<'_>, panel: Panel, area: Rect, canvas: &mut Canvas<'_>) {
    match panel {
        Panel::Log => log::draw(picture, area, canvas),
        Panel::Objects => objects::draw(picture, area, false, canvas),
        Panel::Replication => replication::draw(picture, area, canvas),
        Panel::Appliances => appliances::draw(picture, area, canvas),
        Panel::Events => events::draw(picture, area, canvas),
        Panel::Timeline => timeline::draw(picture, area, canvas),
        Panel::Findings => findings::draw_view(picture, area, canvas),
        Panel::Checklist => checklist::draw(picture, area, canvas),
    }
}

/// The height from which a terminal without frames shows each row. The phase and the state of replication are always
/// shown; the log is shown in what is left.
mod shown_from {
    pub(super) const OBJECTS: u16 = 3;
    pub(super) const KEYS: u16 = 4;
    pub(super) const NEXT_STEP: u16 = 5;
    pub(super) const HEADER: u16 = 6;
    pub(super) const FINDINGS: u16 = 7;
    pub(super) const MORE_REPLICATION: u16 = 8;
    pub(super) const MORE_OBJECTS: u16 = 10;
}

/// The most rows that the panels without frames need: two of objects and of replication, one of findings, two of the
/// log, and the banner itself.
const MAX_PANEL_ROWS: u16 = 8;

/// Rows that the next step leaves to the others: the objects, replication and the keys; with a view of its own, three
/// of the view and the keys.
const BESIDE_NEXT_STEP: u16 = 3;
const BESIDE_NEXT_STEP_IN_VIEW: u16 = 4;

/// The fewest rows below the next step from which replication, and the objects, have two.
const TWO_OF_REPLICATION_FROM: u16 = 4;
const TWO_OF_OBJECTS_FROM: u16 = 5;

fn compact(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) -> Shown {
    if area.height == 1 || area.width < 20 {
        last_rows(picture, area, canvas);
        let is_past = picture.scene.view.past.is_some();
        if is_past || (has_banner(picture) && area.height > 1) {
            banner(picture, Rect { height: 1, ..area }, canvas);
        }
        return Shown::default();
    }
    let mut stack = Stack { rest: area };
    if area.height >= shown_from::HEADER {
        header::draw(picture, stack.take(1), canvas);
    }
    phases::draw_line(picture, indented(stack.take(1)), canvas);
    let mut next = Rect::default();
    if area.height >= shown_from::NEXT_STEP {
        let is_view = picture.scene.view.zoom.is_some();
        let others = match picture.run.phase() {
            _ if is_view => BESIDE_NEXT_STEP_IN_VIEW,
            // All is downloaded: the objects say nothing that the step needs.
            Phase::InUse | Phase::Ended => BESIDE_NEXT_STEP - 1,
            _ => BESIDE_NEXT_STEP,
        };
        let wanted = next_step::rows_wanted(picture, area.width - 1, canvas);
        let rows = wanted.min(stack.rest.height.saturating_sub(others)).max(1);
        next = indented(stack.take(rows));
        next_step::draw(picture, next, canvas);
    }
    let foot = (area.height >= shown_from::KEYS).then(|| {
        stack.rest.height -= 1;
        Rect { y: stack.rest.bottom(), height: 1, ..area }
    });
    // Where every row is taken, the keys make room: under a banner one of them matters, and it is named. What is typed stays
    // in sight.
    let is_typing = picture.scene.view.log.typing.is_some();
    let row = if !has_banner(picture) {
        None
    } else if stack.rest.height >= MAX_PANEL_ROWS {
        Some(stack.take(1))
    } else {
        Some(foot.unwrap_or(Rect { height: 1, ..area })).filter(|_| !is_typing)
    };
    let mut first_below = 0;
    if let Some(panel) = picture.scene.view.zoom.filter(|_| stack.rest.height >= 3) {
        zoomed(picture, panel, stack.rest, canvas);
    } else {
        let left = stack.rest.height;
        // Beside a long step replication has the last row.
        let is_downloaded = matches!(picture.run.phase(), Phase::InUse | Phase::Ended);
        if area.height >= shown_from::OBJECTS && (left > 1 || !is_downloaded) {
            let has_two = area.height >= shown_from::MORE_OBJECTS && left >= TWO_OF_OBJECTS_FROM;
            objects::draw_lines(picture, indented(stack.take(1 + u16::from(has_two))), canvas);
        }
        // What is not known is said in the second row; the findings are counted in the header.
        let is_known = matches!(picture.run.replication.state, Known::Paused | Known::Running);
        let from = if is_known { TWO_OF_REPLICATION_FROM } else { TWO_OF_REPLICATION_FROM - 1 };
        let has_two = area.height >= shown_from::MORE_REPLICATION && left >= from;
        let place = stack.take(1 + u16::from(has_two));
        first_below = place.bottom();
        replication::draw_lines(picture, indented(place), canvas);
        if area.height >= shown_from::FINDINGS && stack.rest.height > 0 {
            let spare = stack.rest.height.saturating_sub(MIN_BARE_LOG_ROWS);
            let width = stack.rest.width.saturating_sub(BARE_FINDINGS_SIDES);
            let rows =
                findings::rows_wanted(picture, width, canvas).whole.min(spare).clamp(1, MAX_BARE_FINDINGS);
            findings::draw_lines(picture, indented(stack.take(rows)), canvas);
        }
        if stack.rest.height >= 2 {
            log::draw(picture, stack.rest, canvas);
        }
    }
    let key_row = foot.filter(|foot| row != Some(*foot));
    if let Some(row) = key_row {
        footer::draw(picture, row, canvas);
    }
    if let Some(row) = row {
        banner(picture, row, canvas);
    }
    if let Some(foot) = foot {
        message_rows(picture, area, foot, first_below, canvas);
    }
    Shown { next, key_line: key_row.map(|row| row.y) }
}

fn last_rows(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    if area.height == 1 {
        replication::draw_last_row(picture, area, canvas);
        return;
    }
    phases::draw_line(picture, Rect { height: 1, ..area }, canvas);
    let state = replication::state_line(picture, canvas);
    canvas.row(area, 1, &state);
    objects::draw_lines(picture, below(area, 2), canvas);
}

/// A message over the rows above those of the keys from `first_below` on; over the keys where there are none.
fn message_rows(picture: &Picture<'_>, area: Rect, foot: Rect, first_below: u16, canvas: &mut Canvas<'_>) {
    // A message may cover the log, and what else is below the upper third; the state of replication stays in sight.
    let room = foot.y.saturating_sub(first_below);
    let above = if area.height > 2 && room > 0 {
        let height = (area.height / 4).max(1).min(room);
        Rect { y: foot.y - height, height, ..foot }
    } else {
        foot
    };
    footer::draw_message(picture, above, canvas);
}
