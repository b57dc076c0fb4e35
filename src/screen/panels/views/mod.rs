//! The panels that are shown with the screen to themselves alone, and the row that names the views by their keys,
//! the one shown in brackets. A click on a name opens its view.

pub(crate) mod appliances;
pub(crate) mod events;
pub(crate) mod timeline;

use super::{Canvas, Line, Picture, Pieces, Rect, Span, Tone, below, columns, hanging};
use crate::screen::keys::{Command, Panel};

/// Blanks between two views.
const GAP: usize = 2;

/// How a view is named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Naming {
    Whole,
    Short,
}

pub(crate) fn draw(picture: &Picture<'_>, panel: Panel, area: Rect, canvas: &mut Canvas<'_>) {
    // Short names come before keys alone, which say nothing to who does not know them.
    let most = u8::try_from(Panel::NUMBERED.len()).unwrap_or(u8::MAX);
    let all = [(most, Naming::Whole, GAP), (most, Naming::Short, GAP)];
    let fewer = (0..=most).rev().map(|named| (named, Naming::Short, 1));
    let mut variants = all.into_iter().chain(fewer);
    let fits = |(named, naming, gap): &(u8, Naming, usize)| {
        pieces(picture, panel, (*named, *naming), canvas).width(*gap) <= usize::from(area.width)
    };
    let (named, naming, gap) = variants.find(fits).unwrap_or((0, Naming::Short, 1));
    let pieces = pieces(picture, panel, (named, naming), canvas).kept(area.width, gap);
    for (number, columns) in pieces.columns(gap) {
        let [from, to] = [columns.start, columns.end].map(|column| u16::try_from(column).unwrap_or(u16::MAX));
        let place = Rect { x: area.x.saturating_add(from), width: to - from, ..area }.intersection(area);
        let view = usize::from(number).checked_sub(1).and_then(|index| Panel::NUMBERED.get(index));
        let view = view.map_or(Some(panel), |(view, _)| *view);
        picture.note_place(|places| places.view(place, view));
    }
    canvas.row(area, 0, &pieces.fitted(area.width, gap));
}

/// The views, the first `named` of them and the one shown with their names.
fn pieces(
    picture: &Picture<'_>,
    panel: Panel,
    (named, naming): (u8, Naming),
    canvas: &Canvas<'_>,
) -> Pieces<'static> {
    let mut pieces = Pieces::default();
    for (number, (view, name)) in (1..).zip(Panel::NUMBERED) {
        let name = if naming == Naming::Short { Panel::short_name(view) } else { name };
        let key = picture.key(Command::Show(view));
        if view == Some(panel) {
            pieces.push(0, canvas.line(format!("[{key} {name}]"), Tone::Strong));
            continue;
        }
        let mut line = canvas.line(key, Tone::Key);
        if number <= named {
            line.push_span(canvas.owned(format!(" {name}"), Tone::Quiet));
        }
        pieces.push(number, line);
    }
    pieces
}

/// Draws the lines from the row on that the view is scrolled to, and how many are below; notes how far it can be.
pub(super) fn draw_scrolled(picture: &Picture<'_>, area: Rect, lines: &[Line<'_>], canvas: &mut Canvas<'_>) {
    let most = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_sub(area.height);
    picture.note_place(|places| {
        places.max_scroll = places.max_scroll.max(most);
        places.shown_rows = area.height;
    });
    canvas.paged(area, picture.scene.view.scrolled, lines, &picture.key(Command::PageDown));
}
