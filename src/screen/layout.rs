//! Where the panels are at which size, and the frame as a whole. Panels give way one by one: down
//! to a single row that holds the phase and the state of replication.

use ratatui::{Frame, buffer::Buffer, layout::Rect, text::Line};

use super::{
    dialogs, format,
    kit::Canvas,
    panels::{appliance, checklist, findings, header, keys, log, objects, phases, replication},
    scene::{Picture, Scene},
    theme::{Charset, Tone},
    view::Panel,
};

/// Draws one frame.
pub fn draw(frame: &mut Frame<'_>, scene: &Scene<'_>) {
    let area = frame.area();
    render(scene, area, frame.buffer_mut());
    keep_harmless(frame.buffer_mut(), scene.theme.charset());
}

/// The last look at a frame: no cell holds what would act on the terminal, pile up, or be none of its characters.
fn keep_harmless(buffer: &mut Buffer, charset: Charset) {
    for cell in &mut buffer.content {
        let is_ascii = matches!(cell.symbol().as_bytes(), [] | [b' '..=b'~']);
        if !is_ascii && !format::is_clean(cell.symbol(), charset) {
            cell.set_symbol("?");
        }
    }
}

fn render(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let picture = Picture::of(scene);
    let mut canvas = Canvas { buffer, theme: *scene.theme };
    if area.width >= 70 && area.height >= 20 {
        framed(&picture, area, &mut canvas);
    } else {
        compact(&picture, area, &mut canvas);
    }
    if let Some(dialog) = &scene.view.dialog {
        // The key line stays in sight only where a dialog does not need the room.
        let room = if area.height > 12 { Rect { height: area.height - 1, ..area } } else { area };
        dialogs::draw(dialog, &scene.facts, *scene.theme, room, canvas.buffer);
    }
}

/// Takes rows from the top of an area.
struct Stack {
    rest: Rect,
}

impl Stack {
    fn take(&mut self, height: u16) -> Rect {
        let height = height.min(self.rest.height);
        let top = Rect { height, ..self.rest };
        self.rest = Rect { y: self.rest.y + height, height: self.rest.height - height, ..self.rest };
        top
    }
}

fn framed(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let mut stack = Stack { rest: Rect { height: area.height - 1, ..area } };
    let foot = Rect { y: area.bottom() - 1, height: 1, ..area };
    header::draw(picture, stack.take(1), canvas);
    let (phase, middle, lower) = heights(area);
    let place = stack.take(phase);
    if phase > 1 {
        phases::draw_framed(picture, place, canvas);
    } else {
        phases::draw_line(picture, indented(place), canvas);
    }
    match picture.scene.view.zoom {
        Some(panel) => zoomed(picture, panel, stack.rest, canvas),
        None => panels(picture, &mut stack, middle, lower, canvas),
    }
    freeze_banner(picture, stack.rest, canvas);
    foot_rows(picture, area, foot, canvas);
}

/// Rows of the phase panel, of the two main panels, and of the panels below them.
const fn heights(area: Rect) -> (u16, u16, u16) {
    let phase = if area.height >= 30 && area.width >= 104 {
        4
    } else if area.height >= 28 {
        3
    } else {
        1
    };
    let middle = match area.height {
        0..24 => 8,
        24..38 => 9,
        38..46 => 10,
        _ => 12,
    };
    let lower = match area.height {
        0..24 => 1,
        24..30 => 4,
        30..38 => 6,
        _ => 7,
    };
    (phase, middle, lower)
}

fn panels(picture: &Picture<'_>, stack: &mut Stack, middle: u16, lower: u16, canvas: &mut Canvas<'_>) {
    let width = stack.rest.width;
    let shows_appliance = width >= 100 && lower >= 6;
    let (left, right) = split(stack.take(middle), if width >= 100 { 54 } else { 50 });
    objects::draw(picture, left, shows_appliance, canvas);
    replication::draw(picture, right, canvas);
    let place = stack.take(lower);
    if lower == 1 {
        let brief = checklist::brief(picture, canvas);
        let width = u16::try_from(brief.width()).unwrap_or(0).min(place.width / 2);
        let (left, right) = (
            Rect { width: place.width - width - u16::from(width > 0), ..place },
            Rect { x: place.right() - width, width, ..place },
        );
        findings::draw_line(picture, indented(left), canvas);
        canvas.row(right, 0, &brief);
    } else if shows_appliance {
        let (left, right) = split(place, 42);
        appliance::draw(picture, left, canvas);
        findings::draw(picture, right, canvas);
    } else if checklist::applies(picture.run) {
        let (left, right) = split(place, 50);
        findings::draw(picture, left, canvas);
        checklist::draw(picture, right, canvas);
    } else {
        findings::draw(picture, place, canvas);
    }
    if checklist::applies(picture.run) && stack.rest.height >= 6 && width >= 100 {
        let (left, right) = split(stack.rest, 55);
        checklist::draw(picture, left, canvas);
        log::draw(picture, right, true, canvas);
    } else {
        log::draw(picture, stack.rest, true, canvas);
    }
}

fn zoomed(picture: &Picture<'_>, panel: Panel, area: Rect, canvas: &mut Canvas<'_>) {
    match panel {
        Panel::Log => log::draw(picture, area, area.height > 2, canvas),
        Panel::Objects => objects::draw(picture, area, false, canvas),
        Panel::Replication => replication::draw(picture, area, canvas),
        Panel::Appliance => appliance::draw(picture, area, canvas),
        Panel::Findings => findings::draw(picture, area, canvas),
        Panel::Checklist => checklist::draw(picture, area, canvas),
    }
}

/// Two areas side by side, the left of `percent`.
fn split(area: Rect, percent: u16) -> (Rect, Rect) {
    let left = u16::try_from(u32::from(area.width) * u32::from(percent) / 100).unwrap_or(area.width);
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    (Rect { width: left, ..area }, right)
}

const fn indented(area: Rect) -> Rect {
    let by = if area.width > 2 { 1 } else { 0 };
    Rect { x: area.x + by, width: area.width - by, ..area }
}

/// A row that can give way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Row {
    Header,
    Phase,
    Objects,
    MoreObjects,
    Replication,
    MoreReplication,
    Findings,
    Log,
    Keys,
}

/// The rows in the order in which they are granted.
const QUEUE: [Row; 9] = [
    Row::Phase,
    Row::Replication,
    Row::Objects,
    Row::Keys,
    Row::Header,
    Row::Findings,
    Row::MoreReplication,
    Row::MoreObjects,
    Row::Log,
];

fn compact(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    if area.height == 1 || area.width < 20 {
        last_rows(picture, area, canvas);
        return;
    }
    let granted = QUEUE.get(..usize::from(area.height).min(QUEUE.len())).unwrap_or(&QUEUE);
    let has = |row| granted.contains(&row);
    let mut stack = Stack { rest: area };
    if has(Row::Header) {
        header::draw(picture, stack.take(1), canvas);
    }
    phases::draw_line(picture, indented(stack.take(1)), canvas);
    let foot = has(Row::Keys).then(|| {
        stack.rest.height -= 1;
        Rect { y: stack.rest.bottom(), height: 1, ..area }
    });
    if let Some(panel) = picture.scene.view.zoom.filter(|_| stack.rest.height >= 3) {
        zoomed(picture, panel, stack.rest, canvas);
    } else {
        if has(Row::Objects) {
            let rows = if has(Row::MoreObjects) { 2 } else { 1 };
            objects::draw_lines(picture, indented(stack.take(rows)), canvas);
        }
        let rows = if has(Row::MoreReplication) { 2 } else { 1 };
        replication::draw_lines(picture, indented(stack.take(rows)), canvas);
        if has(Row::Findings) {
            findings::draw_line(picture, indented(stack.take(1)), canvas);
        }
        if stack.rest.height >= 2 {
            log::draw(picture, stack.rest, false, canvas);
        }
    }
    freeze_banner(picture, stack.rest, canvas);
    if let Some(foot) = foot {
        foot_rows(picture, area, foot, canvas);
    }
}

fn last_rows(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    if area.height == 1 {
        replication::draw_last_row(picture, area, canvas);
        return;
    }
    phases::draw_line(picture, Rect { height: 1, ..area }, canvas);
    let state = replication::state_line(picture, canvas);
    canvas.row(area, 1, &state);
    let below = Rect { y: area.y + 2, height: area.height - 2, ..area };
    objects::draw_lines(picture, below, canvas);
}

fn foot_rows(picture: &Picture<'_>, area: Rect, foot: Rect, canvas: &mut Canvas<'_>) {
    keys::draw(picture, foot, canvas);
    if area.height > 2 {
        keys::draw_message(picture, Rect { y: foot.y - 1, ..foot }, canvas);
    } else {
        keys::draw_message(picture, foot, canvas);
    }
}

/// Says that the display is frozen, since when, and that everything else goes on.
fn freeze_banner(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let Some(frozen) = &picture.scene.view.frozen else { return };
    let facts = &picture.scene.facts;
    let new = facts.log.end().saturating_sub(frozen.log_end);
    let age = format::age(facts.now.since(frozen.at));
    let mut text =
        format!(" DISPLAY FROZEN {age} ago, watching goes on: {} more, ", format::plural(new, "line"));
    if facts.run.replication.state != frozen.run.replication.state {
        text.push_str("REPLICATION CHANGED, ");
    }
    if facts.run.phase() != frozen.run.phase() {
        text.push_str("PHASE CHANGED, ");
    }
    text.push_str("Space releases it");
    let padding = usize::from(area.width).saturating_sub(text.len());
    text.push_str(&" ".repeat(padding));
    canvas.row(area, 0, &Line::styled(text, canvas.theme.style(Tone::Frozen)));
}
