//! How many lines of which level were logged when: a bar for each stretch of time, the newest at the bottom. Counted are
//! the lines in memory that are shown.

use super::{Canvas, Line, Picture, Rect, Span, Tone, below};
use crate::{
    run::Severity,
    screen::log::{LogRow, RowNumber, parts},
};

/// Columns: a blank and a line, which set it apart from the rows, the time of day between blanks, the bar.
pub(super) const WIDTH: u16 = 9 + BAR;
const BAR: u16 = 8;

const DAY: u64 = 86_400;

/// Lines of a stretch of time: errors, warnings, others.
type Counts = [u64; 3];

/// Columns of the histogram in a panel of that size: none where it is off, or has no room.
pub(super) fn width(picture: &Picture<'_>, width: u16, height: u16) -> u16 {
    if picture.scene.view.log.has_histogram && width >= 60 && height >= 4 { WIDTH } else { 0 }
}

pub(super) fn draw(picture: &Picture<'_>, area: Rect, end: RowNumber, canvas: &mut Canvas<'_>) {
    let lines = lines(picture, end);
    let (Some(from), Some(to)) =
        (lines.iter().map(|(at, _)| *at).min(), lines.iter().map(|(at, _)| *at).max())
    else {
        canvas.row(area, 0, &canvas.line(" no times", Tone::Quiet));
        return;
    };
    let rows = u64::from(area.height.max(1));
    // The newest second ends the last stretch.
    let step = (to - from + 1).div_ceil(rows).max(1);
    let mut stretches = vec![Counts::default(); usize::from(area.height)];
    for (at, kind) in lines {
        let place = usize::try_from((at - from) / step).unwrap_or(usize::MAX);
        if let Some(count) = stretches.get_mut(place).and_then(|counts| counts.get_mut(kind)) {
            *count += 1;
        }
    }
    let most = stretches.iter().map(|counts| counts.iter().sum::<u64>()).max().unwrap_or(0);
    for (row, counts) in (0..area.height).zip(&stretches) {
        let at = from + u64::from(row) * step;
        // A time on every second row: the bars are read against each other.
        let label = if row % 2 == 0 && at <= to { label(at) } else { "     ".to_owned() };
        let line = canvas.theme.symbols().boundary;
        let mut spans = vec![canvas.owned(format!(" {line} {label} "), Tone::Quiet)];
        spans.extend(bar(*counts, most, canvas));
        canvas.row(below(area, row), 0, &Line::from(spans));
    }
}

/// The second of each line that shows a time of day, counted on over midnight, and its kind.
fn lines(picture: &Picture<'_>, end: RowNumber) -> Vec<(u64, usize)> {
    let (log, view) = (picture.scene.facts.log, &picture.scene.view.log);
    let (mut day, mut before) = (0, 0);
    let rows = log.ring_rows(log.ring_from(), end).filter(|(number, row)| view.shows(*number, row));
    let line = |(_, row): (RowNumber, &LogRow)| {
        let second = second_of_day(parts(&row.text)?.0)?;
        // A clock that was set back by minutes is no new day.
        if second + DAY / 2 < before {
            day += DAY;
        }
        before = second;
        Some((day + second, kind(row)))
    };
    rows.filter_map(line).collect()
}

fn kind(row: &LogRow) -> usize {
    match row.severity {
        Some(severity) if severity >= Severity::Error => 0,
        Some(Severity::Warning) => 1,
        _ => 2,
    }
}

/// The second of `16:03:38`.
fn second_of_day(time: &str) -> Option<u64> {
    let mut parts = time.splitn(3, ':').map(str::parse::<u64>);
    let mut next = || parts.next()?.ok();
    Some(next()? * 3600 + next()? * 60 + next()?)
}

fn label(at: u64) -> String {
    let minutes = at % DAY / 60;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// A bar whose length grows with the logarithm of the lines. Errors and warnings have a column at least, however few.
fn bar(counts: Counts, most: u64, canvas: &Canvas<'_>) -> Vec<Span<'static>> {
    let symbols = canvas.theme.symbols();
    let bits = |count: u64| u64::from(u64::BITS - count.leading_zeros());
    let all: u64 = counts.iter().sum();
    let room = u64::from(BAR);
    let length = if all == 0 { 0 } else { (bits(all) * room / bits(most).max(1)).clamp(1, room) };
    let mut left = length.max(counts.iter().filter(|count| **count > 0).count() as u64).min(room);
    let looks = [
        (symbols.failed, Tone::Danger),
        (symbols.attention, Tone::Attention),
        (symbols.full, Tone::Progress),
    ];
    let mut spans = Vec::new();
    for (index, (count, (symbol, tone))) in counts.into_iter().zip(looks).enumerate() {
        // A column stays free for each kind that is still to come.
        let behind = counts.iter().skip(index + 1).filter(|count| **count > 0).count() as u64;
        let share = (count * length).div_ceil(all.max(1)).min(left.saturating_sub(behind));
        left -= share;
        spans.push(canvas.owned(symbol.repeat(usize::try_from(share).unwrap_or(0)), tone));
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_read_and_shown_to_the_minute() {
        assert_eq!(second_of_day("16:03:38"), Some(57_818));
        assert_eq!(second_of_day("16:03"), None);
        assert_eq!(label(57_818 + DAY), "16:03");
    }
}
