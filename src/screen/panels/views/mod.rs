//! The panels that are shown with the screen to themselves alone, and the row that names the views by their keys,
//! the one shown in brackets.

pub(crate) mod appliances;
pub(crate) mod events;
pub(crate) mod timeline;

use super::{Canvas, Line, Picture, Pieces, Rect, Span, Tone, below, hanging};
use crate::screen::keys::{Command, Panel};

pub(crate) fn draw(picture: &Picture<'_>, panel: Panel, area: Rect, canvas: &mut Canvas<'_>) {
    let mut pieces = Pieces::default();
    for (number, (view, name)) in (1_u8..).zip(Panel::NUMBERED) {
        let key = picture.key(Command::Show(view));
        if view == Some(panel) {
            pieces.push(0, canvas.line(format!("[{key} {name}]"), Tone::Strong));
        } else {
            let key = canvas.owned(key, Tone::Key);
            pieces.push(number, Line::from(vec![key, canvas.owned(format!(" {name}"), Tone::Quiet)]));
        }
    }
    canvas.row(area, 0, &pieces.fitted(area.width, 2));
}
