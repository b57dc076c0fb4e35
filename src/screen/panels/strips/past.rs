//! The banner of a moment of the record in a live session: which moment, that the run goes on, and what it has come to
//! meanwhile.

use ratatui::layout::Margin;
use unicode_width::UnicodeWidthStr as _;

use crate::screen::panels::{Canvas, Picture, Pieces, Rect, Tone};
use crate::{
    run::{Role, Timestamp},
    screen::{
        keys::{Command, Motion, Playback},
        view::LiveNews,
    },
    text::moment,
};

pub(crate) fn draw(picture: &Picture<'_>, news: &LiveNews, area: Rect, canvas: &mut Canvas<'_>) {
    let inner = area.inner(Margin::new(1, 0));
    let mut parts = parts(news, canvas);
    let mut text = words(picture.now, news, &parts);
    while text.width() > inner.width.into() && parts.len() > 1 {
        parts.pop();
        text = words(picture.now, news, &parts);
    }
    let mut pieces = Pieces::default();
    pieces.push(0, text);
    if let Some(Playback::Replay(position)) = &picture.scene.view.playback {
        let motion = match position.motion {
            Motion::Playing => format!("x{}", position.speed),
            Motion::Held => "held".to_owned(),
            Motion::AtTheEnd => "at the end".to_owned(),
        };
        pieces.push(2, motion);
        pieces.push(3, format!("{} of {}", position.reached, position.length));
    }
    pieces.push(1, format!("{} back", picture.key(Command::Back)));
    let is_grave = news.blocking > 0 || !news.lost.is_empty();
    let style = canvas.theme.style(if is_grave { Tone::DangerBar } else { Tone::Chosen });
    canvas.fill(area, style);
    let mut line = pieces.fitted(inner.width, 3);
    line.spans.iter_mut().for_each(|span| span.style = style);
    canvas.row(inner, 0, &line);
}

/// The news, the gravest first.
fn parts(news: &LiveNews, canvas: &Canvas<'_>) -> Vec<String> {
    let symbols = canvas.theme.symbols();
    let counted = [(symbols.failed, news.blocking), (symbols.attention, news.attention)];
    let counted = counted.iter().filter(|(_, count)| *count > 0);
    let new: Vec<_> = counted.map(|(symbol, count)| format!("{symbol}{count}")).collect();
    let mut parts = Vec::new();
    if !new.is_empty() {
        parts.push(format!("{} new", new.join(" ")));
    }
    parts.extend(news.lost.iter().map(|role| match role {
        Role::Primary => "primary lost".to_owned(),
        Role::Dr => "dr lost".to_owned(),
    }));
    for (has_changed, what) in [(news.has_other_replication, "replication"), (news.has_other_phase, "phase")]
    {
        if has_changed {
            parts.push(format!("{what} changed"));
        }
    }
    parts
}

fn words(at: Timestamp, news: &LiveNews, parts: &[String]) -> String {
    let at = moment(at, news.now);
    if parts.is_empty() {
        return format!("PAST {at}, live goes on");
    }
    format!("PAST {at}, live: {}", parts.join(", "))
}
