//! What the status strip says of the check list: whether the test may start, and how much of the cleanup is open.

use super::policy::pause_out_of_sight;
use crate::{
    run::{Known, Phase},
    screen::panels::{Canvas, Picture, Pieces, Tone, checklist},
};

/// Below this width the marks are as few as can be.
pub(super) const WHOLE_WORDS_FROM: u16 = 50;

/// From this width on an acknowledged danger has the whole word.
pub(super) const WIDE_FROM: u16 = 100;

/// From this width on the strip says `recording`; below, `REC`.
pub(super) const WORDS_FROM: u16 = 76;

fn has_accepted(picture: &Picture<'_>) -> bool {
    picture.scene.facts.run.accepted_dangers().next().is_some()
}

/// Whether the room is needed for what an alarm forbids, or for that production is not protected.
fn gives_way(picture: &Picture<'_>, width: u16) -> bool {
    let run = picture.scene.facts.run;
    let is_paused = run.replication.state == Known::Paused;
    let is_unsafe = (is_paused && run.has_unsettled_alarm())
        || run.replication.recovery_under_way().is_some()
        || pause_out_of_sight(picture).is_some();
    width < WIDE_FROM && run.phase() == Phase::Ended && is_unsafe
}

/// What the list before the start or after the end says.
pub(super) fn badge(picture: &Picture<'_>, width: u16) -> Option<(String, Tone)> {
    let is_over = picture.scene.facts.run.phase() == Phase::Ended;
    // Once the test is over NEXT says what is open; the connections need the room.
    let has_room = width >= WHOLE_WORDS_FROM && !gives_way(picture, width);
    let (words, tone) = checklist::badge(picture).filter(|_| !is_over || has_room)?;
    // The counts say `ack.` too, and the clock is to stay whole.
    let is_scarce = width < WIDE_FROM && has_accepted(picture);
    let short = words.strip_suffix(" open").filter(|_| is_scarce).map(str::to_owned);
    Some((short.unwrap_or(words), tone))
}

/// The columns of the badge with the gap before it: also while it is away, where it may come back or has just gone and no
/// connection needs the room for what is wrong with it (`are_fresh`).
pub(super) fn badge_room(picture: &Picture<'_>, width: u16, gap: usize, are_fresh: bool) -> usize {
    let present = badge(picture, width).map_or(0, |(words, _)| words.len());
    let longest = match picture.scene.facts.run.phase() {
        _ if !are_fresh || !(WORDS_FROM..WIDE_FROM).contains(&width) || gives_way(picture, width) => 0,
        Phase::Prepare => "NO-GO".len(),
        Phase::Ended if has_accepted(picture) => "cleanup 9".len(),
        Phase::Ended => "cleanup 9 open".len(),
        _ => 0,
    };
    match present.max(longest) {
        0 => 0,
        columns => columns + gap,
    }
}

/// It comes and goes: behind everything else, so that nothing moves for it.
pub(super) fn push_badge(picture: &Picture<'_>, width: u16, canvas: &Canvas<'_>, pieces: &mut Pieces<'_>) {
    if let Some((words, tone)) = badge(picture, width) {
        pieces.push(1, canvas.owned(words, tone));
    }
}
