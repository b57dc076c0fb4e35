//! The run on one axis of time: phases and pauses as stretches, what was not watched, and marks for actions, findings and
//! notes. Below, the stretches in words.

mod axis;

use ratatui::style::Style;

use self::axis::Axis;
use super::{Canvas, Line, Picture, Rect, Tone, below, columns, draw_scrolled, hanging};
use crate::{
    run::{
        DatedEvent, EventKind, FindingSeverity, Happening, PauseInterval, Phase, Run, Timestamp, dated_events,
    },
    screen::{
        keys::Panel,
        paint::{Charset, finding_mark, phase_title_in},
    },
    text::minute,
};

/// Columns of the name of a lane, and of its short name.
const NAME: u16 = 12;
const SHORT_NAME: u16 = 6;

/// The restored appliance before it is used.
const RESTORED: &str = "restored";

/// Below this width the names are short.
const NAMES_FROM: u16 = 50;

/// A part of a lane, by its columns.
struct Stretch {
    from: u16,
    to: u16,
    fill: &'static str,
    tone: Tone,
    /// Written into it: the first of these that has room.
    labels: [&'static str; 2],
}

pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    picture.place(area, Panel::Timeline);
    let run = picture.scene.view.listed_run(picture.run);
    let end = run.last_at.max(picture.now);
    let span = format!("{} in all", end.length_since(run.started_at));
    let title = canvas.line("timeline", Tone::Strong);
    let inner = canvas.frame(area, &title, &canvas.line(span, Tone::Quiet), Tone::Quiet);
    let is_short = inner.width < NAMES_FROM;
    let name = if is_short { SHORT_NAME } else { NAME }.min(inner.width);
    let track = Rect { x: inner.x + name, width: inner.width - name, ..inner };
    let axis = Axis::new(run.started_at, end, track.width);
    let events = dated_events(run);
    let lanes: [([&str; 2], Vec<Stretch>, &[EventKind]); 7] = [
        (["phase"; 2], phases(run, end, &axis, canvas), &[]),
        (["replication", "pause"], pauses(run, end, &axis, canvas), &[EventKind::Pause]),
        (
            ["not watched", "gap"],
            unwatched(run, end, &axis, canvas),
            &[EventKind::Gap, EventKind::Connection],
        ),
        (["actions", "acts"], Vec::new(), &[EventKind::Action]),
        (["record"; 2], Vec::new(), &[EventKind::Record]),
        (["findings", "found"], Vec::new(), &[EventKind::Finding, EventKind::Acknowledgement]),
        (["notes"; 2], Vec::new(), &[EventKind::Note]),
    ];
    let mut row = 0;
    for (titles, stretches, kinds) in &lanes {
        let place = below(inner, row);
        let title = titles[usize::from(is_short)];
        canvas.row(Rect { width: name, ..place }, 0, &canvas.line(title, Tone::Quiet));
        let track = below(track, row);
        for stretch in stretches {
            draw_stretch(stretch, track, canvas);
        }
        draw_marks(&events, kinds, &axis, track, canvas);
        row += 1;
    }
    draw_axis(picture, &axis, below(track, row), canvas);
    row += 2;
    let mut words = vec![legend(canvas)];
    words.extend(in_words(run, end, inner.width, canvas));
    let blank = u16::from(inner.height > row + 1);
    draw_scrolled(picture, below(inner, row + blank), &words, canvas);
}

/// Writes into one cell of `area`, if it has that column.
fn put(area: Rect, column: u16, symbol: &str, style: Style, canvas: &mut Canvas<'_>) {
    if column < area.width && area.height > 0 {
        canvas.drawing.write(symbol, Rect { x: area.x + column, width: 1, ..area }, style);
    }
}

fn draw_stretch(stretch: &Stretch, track: Rect, canvas: &mut Canvas<'_>) {
    let style = canvas.theme.style(stretch.tone);
    for column in stretch.from..=stretch.to.min(track.width.saturating_sub(1)) {
        put(track, column, stretch.fill, style, canvas);
    }
    let width = usize::from((stretch.to + 1).saturating_sub(stretch.from));
    // A label that finds no room is in the words below.
    let [label, short] = stretch.labels;
    let label = if label.len() + 2 <= width { label } else { short };
    if label.len() <= width {
        let from = stretch.from + u16::from(label.len() < width);
        let place = Rect { x: track.x + from, width: track.width.saturating_sub(from), ..track };
        canvas.over(place, 0, &canvas.line(label, stretch.tone));
    }
}

fn phases(run: &Run, end: Timestamp, axis: &Axis, canvas: &Canvas<'_>) -> Vec<Stretch> {
    let symbols = canvas.theme.symbols();
    let stretch = |(index, section): (usize, &Section)| {
        let is_on = section.to.is_none() && section.phase == run.phase();
        let to = section.to.or_else(|| is_on.then_some(end))?;
        Some(Stretch {
            from: axis.column(section.from),
            to: axis.column(to),
            // Two phases side by side differ.
            fill: if index % 2 == 0 { symbols.thin_rule } else { symbols.rule },
            tone: if is_on { Tone::Progress } else { Tone::Text },
            labels: [section.title, short_title(section)],
        })
    };
    sections(run, end).iter().enumerate().filter_map(stretch).collect()
}

/// A phase, or the part of one before or after the restored appliance was used.
struct Section {
    phase: Phase,
    title: &'static str,
    from: Timestamp,
    to: Option<Timestamp>,
}

/// The phases that began, in order; that of the restored appliance in two where it was used later than it was restored.
fn sections(run: &Run, end: Timestamp) -> Vec<Section> {
    let mut sections = Vec::new();
    for span in &run.phases.spans {
        let (phase, to) = (span.phase, span.ended_at);
        let Some(mut from) = span.started_at else { continue };
        let used_since = run.in_use_since().filter(|_| phase == Phase::InUse);
        if let Some(since) = used_since.filter(|since| *since > from && *since <= to.unwrap_or(end)) {
            sections.push(Section { phase, title: RESTORED, from, to: Some(since) });
            from = since;
        }
        sections.push(Section { phase, title: phase_title_in(run, phase), from, to });
    }
    sections
}

/// The phase in so few columns that a short one has a name as well.
fn short_title(section: &Section) -> &'static str {
    match section.phase {
        Phase::Prepare => "p",
        Phase::Stage1 => "1",
        Phase::Stage2 => "2",
        Phase::InUse if section.title == RESTORED => "r",
        Phase::InUse => "u",
        Phase::Ended => "e",
    }
}

fn pauses(run: &Run, end: Timestamp, axis: &Axis, canvas: &Canvas<'_>) -> Vec<Stretch> {
    let stretch = |pause: &PauseInterval| Stretch {
        from: axis.column(pause.from),
        to: axis.column(pause.to.unwrap_or(end)),
        fill: canvas.theme.symbols().full,
        tone: Tone::Paused,
        labels: ["PAUSED", ""],
    };
    run.replication.intervals.iter().map(stretch).collect()
}

fn unwatched(run: &Run, end: Timestamp, axis: &Axis, canvas: &Canvas<'_>) -> Vec<Stretch> {
    let stretch = |from, to| Stretch {
        from: axis.column(from),
        to: axis.column(to),
        fill: canvas.theme.symbols().gap,
        tone: Tone::Attention,
        labels: [""; 2],
    };
    let gaps = run.log.gaps.iter().chain(&run.absences).map(|gap| stretch(gap.from, gap.to));
    gaps.chain(run.outages.iter().map(|outage| stretch(outage.from, outage.to.unwrap_or(end)))).collect()
}

/// The gravest event of each column, among those of `kinds`.
fn draw_marks(
    events: &[DatedEvent<'_>],
    kinds: &[EventKind],
    axis: &Axis,
    track: Rect,
    canvas: &mut Canvas<'_>,
) {
    let mut marks: Vec<Option<(u8, &'static str, Tone)>> = vec![None; track.width.into()];
    for event in events.iter().filter(|event| kinds.contains(&event.kind)) {
        let Some((weight, symbol, tone)) = mark(event, canvas) else { continue };
        if let Some(own) = marks.get_mut(usize::from(axis.column(event.at)))
            // Of two marks of one weight the later one is seen.
            && own.is_none_or(|(heaviest, ..)| weight >= heaviest)
        {
            *own = Some((weight, symbol, tone));
        }
    }
    for (column, mark) in (0..).zip(marks) {
        if let Some((_, symbol, tone)) = mark {
            let style = canvas.theme.style(tone);
            put(track, column, symbol, style, canvas);
        }
    }
}

/// The weight, the symbol and the tone of an event that has a mark on its lane.
fn mark(event: &DatedEvent<'_>, canvas: &Canvas<'_>) -> Option<(u8, &'static str, Tone)> {
    let symbols = canvas.theme.symbols();
    let weight = event.severity as u8;
    Some(match event.what {
        // The stretches show these.
        Happening::PauseBegan(_) | Happening::PauseEnded(_) | Happening::Gap(_) | Happening::Absence(_) => {
            return None;
        }
        Happening::LinkLost(_) | Happening::LinkBack(_) => return None,
        Happening::FindingClosed(_) => (0, symbols.done, Tone::Quiet),
        // What was acknowledged is not over for it.
        Happening::Acknowledged(_) => (0, symbols.dot, Tone::Text),
        _ if event.severity == FindingSeverity::Info => (weight, symbols.dot, Tone::Text),
        _ => {
            let (symbol, tone) = finding_mark(event.severity, canvas.theme);
            (weight, symbol, tone)
        }
    })
}

/// Ticks with their times, and the present moment.
fn draw_axis(picture: &Picture<'_>, axis: &Axis, place: Rect, canvas: &mut Canvas<'_>) {
    let quiet = canvas.theme.style(Tone::Quiet);
    for column in 0..place.width {
        put(place, column, canvas.theme.symbols().thin_rule, quiet, canvas);
    }
    let labels = below(place, 1);
    let tick = if canvas.theme.charset == Charset::Unicode { "┴" } else { "+" };
    for (column, at) in axis.ticks() {
        put(place, column, tick, quiet, canvas);
        let place = Rect { x: labels.x + column, width: labels.width - column, ..labels };
        let label = canvas.line(minute(at, picture.now), Tone::Quiet);
        // Cut off, a time would read as another one.
        if columns(&label) <= place.width {
            canvas.row(place, 0, &label);
        }
    }
    let now = canvas.theme.style(Tone::Chosen);
    put(place, axis.column(picture.now), canvas.theme.symbols().current, now, canvas);
}

fn legend(canvas: &Canvas<'_>) -> Line<'static> {
    let symbols = canvas.theme.symbols();
    canvas.words(&[
        (symbols.full, Tone::Paused),
        (" paused  ", Tone::Quiet),
        (symbols.gap, Tone::Attention),
        (" not watched  ", Tone::Quiet),
        (symbols.failed, Tone::Danger),
        (" blocking  ", Tone::Quiet),
        (symbols.attention, Tone::Attention),
        (" attention  ", Tone::Quiet),
        (symbols.done, Tone::Quiet),
        (" over  ", Tone::Quiet),
        (symbols.dot, Tone::Text),
        (" other  ", Tone::Quiet),
        (symbols.current, Tone::Chosen),
        (" now", Tone::Quiet),
    ])
}

/// The stretches in words, by their beginning.
fn in_words(run: &Run, end: Timestamp, width: u16, canvas: &Canvas<'_>) -> Vec<Line<'static>> {
    let mut rows: Vec<(Timestamp, Option<Timestamp>, String)> = Vec::new();
    let phases = sections(run, end).into_iter();
    rows.extend(phases.map(|section| (section.from, section.to, section.title.to_owned())));
    let paused = "replication paused".to_owned();
    rows.extend(run.replication.intervals.iter().map(|pause| (pause.from, pause.to, paused.clone())));
    rows.extend(
        run.log.gaps.iter().map(|gap| (gap.from, Some(gap.to), format!("log missing: {}", gap.reason))),
    );
    rows.extend(
        run.absences.iter().map(|gap| (gap.from, Some(gap.to), format!("not watched: {}", gap.reason))),
    );
    let lost = |outage: &crate::run::Outage| {
        (outage.from, outage.to, format!("{} not connected: {}", outage.role, outage.reason))
    };
    rows.extend(run.outages.iter().map(lost));
    rows.sort_by_key(|(from, ..)| *from);
    let row = |(from, to, text): &(Timestamp, Option<Timestamp>, String)| {
        let until = to.map_or_else(|| "now".to_owned(), |to| minute(to, end));
        let dash = canvas.theme.symbols().dash;
        let stretch = format!("{} {dash} {until}", minute(*from, end));
        let length = to.unwrap_or(end).length_since(*from);
        let lead = canvas.line(format!("{stretch:<22}{length}  "), Tone::Quiet);
        hanging(lead, text, canvas.theme.style(Tone::Text), width.into())
    };
    rows.iter().flat_map(row).collect()
}
