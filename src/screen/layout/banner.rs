//! The row that says that another moment than the present is shown.

use ratatui::layout::{Margin, Rect};

use crate::{
    screen::{
        keys::Command,
        paint::{Canvas, Pieces, Tone},
        panels::strips::past,
        scene::Picture,
    },
    text::time_of_day,
};

/// Whether another moment than the present is shown.
pub(super) fn has_banner(picture: &Picture<'_>) -> bool {
    picture.scene.view.is_frozen() || picture.scene.view.past.is_some()
}

pub(super) fn banner(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    match &picture.scene.view.past {
        Some(news) => past::draw(picture, news, area, canvas),
        None => freeze_banner(picture, area, canvas),
    }
}

/// The banner of a frozen display: since when, and that watching goes on. What changed meanwhile and the key that
/// releases it are dropped last. Nothing in it moves by itself: a frozen display writes nothing.
fn freeze_banner(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let Some(frozen) = &picture.scene.view.frozen else { return };
    let facts = &picture.scene.facts;
    let mut pieces = Pieces::default();
    pieces.push(0, "DISPLAY FROZEN");
    pieces.push(3, format!("since {}", time_of_day(frozen.at)));
    if facts.run.replication.state != frozen.run.replication.state {
        pieces.push(1, "REPLICATION CHANGED");
    }
    if facts.run.phase() != frozen.run.phase() {
        pieces.push(2, "PHASE CHANGED");
    }
    pieces.push(5, "watching goes on");
    pieces.push(1, format!("{} releases it", picture.key(Command::Freeze)));
    let style = canvas.theme.style(Tone::Frozen);
    let inner = area.inner(Margin::new(1, 0));
    canvas.fill(area, style);
    let mut line = pieces.fitted(inner.width, 2);
    line.spans.iter_mut().for_each(|span| span.style = style);
    canvas.row(inner, 0, &line);
}
