//! The lists of which one entry is chosen: the events and the findings.

pub(in crate::screen::view) mod list;
pub(in crate::screen::view) mod older_rows;

use std::ops::ControlFlow;

use self::list::{EventKey, FindingKey, event_key, finding_key};
use super::{LogEntry, MessageKind, View};
use crate::{
    run::{DatedEvent, EventKind, Finding, LogOffset, Run, Timestamp, dated_events, place_in_log},
    screen::{
        dialogs::Dialog,
        keys::{Command, Intent, Moment, Panel, Play},
        log::{Direction, Target},
        paint::by_weight,
        scene::facts::Facts,
    },
    text::time_of_day,
};

impl View {
    /// The run that is drawn, and the time at which it is: those of the freeze while the display is frozen.
    pub(crate) fn shown_run<'r>(&'r self, facts: &Facts<'r>) -> (&'r Run, Timestamp) {
        self.frozen.as_ref().map_or((facts.run, facts.now), |frozen| (&*frozen.run, frozen.at))
    }

    /// The events of `run` that the filter lets through.
    pub(crate) fn events<'r>(&self, run: &'r Run) -> Vec<DatedEvent<'r>> {
        let mut events = dated_events(run);
        events.retain(|event| self.filter.is_none_or(|kind| event.kind == kind));
        events
    }

    /// The run whose events are listed: in a replay that of the whole recording, of which the place shown is a part.
    pub(crate) fn listed_run<'r>(&'r self, shown: &'r Run) -> &'r Run {
        self.recorded.as_deref().filter(|_| self.frozen.is_none()).unwrap_or(shown)
    }

    /// The chosen one of `events`: the last one up to `now` where none was chosen.
    pub(crate) fn chosen_event(&self, events: &[DatedEvent<'_>], now: Timestamp) -> Option<usize> {
        let keys: Vec<EventKey> = events.iter().map(event_key).collect();
        self.event_place.index(&keys, last_until(events, now))
    }

    /// Moves in the list that has the screen, or does what Enter and the filter do there. Continues where the command
    /// is none of a list.
    pub(super) fn on_list_command(
        &mut self,
        panel: Panel,
        command: Command,
        facts: &Facts<'_>,
    ) -> ControlFlow<Option<Intent>> {
        match panel {
            Panel::Events => self.on_events_command(command, facts),
            Panel::Findings if self.on_findings_command(command, facts) => ControlFlow::Break(None),
            _ => ControlFlow::Continue(()),
        }
    }

    fn on_events_command(&mut self, command: Command, facts: &Facts<'_>) -> ControlFlow<Option<Intent>> {
        let (run, now) = self.shown_run(facts);
        let listed = self.listed_run(run);
        let events = self.events(listed);
        let keys: Vec<EventKey> = events.iter().map(event_key).collect();
        let start = last_until(&events, now);
        let chosen = self.event_place.index(&keys, start);
        match command {
            Command::Filter => {
                self.filter = next_kind(listed, self.filter);
                self.event_place.release();
            }
            Command::ClearFilter if self.filter.is_some() => {
                self.filter = None;
                self.event_place.release();
            }
            Command::ClearFilter => {
                self.notify("every kind of event is shown", MessageKind::Plain, facts.now);
            }
            Command::Open => {
                let Some(event) = chosen.and_then(|index| events.get(index)) else {
                    return ControlFlow::Break(None);
                };
                let moment = Moment { record: event.record, at: event.at };
                let place = place_in_log(listed, event);
                return ControlFlow::Break(self.go_to(moment, place, facts));
            }
            Command::Right => {
                let event = chosen.and_then(|index| events.get(index));
                self.dialog = event.map(|event| Dialog::event(listed, event));
            }
            Command::Follow => self.event_place.release(),
            Command::Oldest => self.event_place.choose(0, &keys),
            _ => {
                let Some(by) = step(command, self.event_place.page()) else {
                    return ControlFlow::Continue(());
                };
                self.event_place.step(by, &keys, start);
                let is_newest = |index: usize| index + 1 == keys.len() && index == start;
                if self.event_place.index(&keys, start).is_some_and(is_newest) {
                    // At the newest the list goes on with the run.
                    self.event_place.release();
                }
            }
        }
        ControlFlow::Break(None)
    }

    /// Goes to a moment of a replay, else to the line of the log at `place`.
    pub(super) fn go_to(&mut self, moment: Moment, place: LogOffset, facts: &Facts<'_>) -> Option<Intent> {
        if facts.mode.plays() {
            self.event_place.release();
            self.notify(format!("went to {}", time_of_day(moment.at)), MessageKind::Plain, moment.at);
            return Some(Intent::Play(Play::To(moment)));
        }
        self.show_in_log(place, facts);
        None
    }

    /// Shows the log alone, at the line at `place`.
    pub(super) fn show_in_log(&mut self, place: LogOffset, facts: &Facts<'_>) {
        if self.zoom != Some(Panel::Log) {
            // Leaving it goes back to where the log was.
            self.followed_log = self.log.follows();
            self.log_entry = LogEntry::Led;
        }
        self.zoom = Some(Panel::Log);
        // The search starts at the newest line, wherever the log was left.
        self.log.follow();
        self.jump(Target::Line(place), Direction::Older, facts);
    }

    /// Shows the log line that the gravest open finding rests on.
    pub(super) fn show_finding_line(&mut self, facts: &Facts<'_>) {
        let (run, _) = self.shown_run(facts);
        let mut open = by_weight(run).into_iter().filter(|finding| finding.is_open());
        let place = open.find_map(Finding::place_in_log);
        self.show_line_of(place, facts);
    }

    fn show_line_of(&mut self, place: Option<LogOffset>, facts: &Facts<'_>) {
        match place {
            Some(place) => self.show_in_log(place, facts),
            None => self.notify("no line of the log is cited", MessageKind::Plain, facts.now),
        }
    }

    /// Asks who takes care of the chosen finding.
    pub(super) fn open_owner(&mut self, facts: &Facts<'_>) {
        let keys: Vec<FindingKey> = by_weight(facts.run).into_iter().map(finding_key).collect();
        let chosen = self.finding_place.index(&keys, 0).and_then(|index| keys.get(index));
        self.dialog = chosen.map(|(record, code, role)| Dialog::owner(*record, *code, *role, facts));
    }

    /// The choice of what is acknowledged begins at the finding that is chosen in their view, where that is open.
    pub(super) fn open_acknowledgement(&mut self, facts: &Facts<'_>) {
        let keys: Vec<FindingKey> = by_weight(facts.run).into_iter().map(finding_key).collect();
        let chosen = self.finding_place.index(&keys, 0).and_then(|index| keys.get(index).copied());
        self.dialog = Some(Dialog::acknowledge(facts.run, |finding| Some(finding_key(finding)) == chosen));
    }

    fn on_findings_command(&mut self, command: Command, facts: &Facts<'_>) -> bool {
        let (run, _) = self.shown_run(facts);
        let keys: Vec<FindingKey> = by_weight(run).into_iter().map(finding_key).collect();
        match command {
            Command::Open => {
                let chosen = self.finding_place.index(&keys, 0).and_then(|index| keys.get(index));
                self.dialog = chosen.map(|(record, code, role)| Dialog::finding(*record, *code, *role));
            }
            Command::FindingLine => {
                let chosen = self.finding_place.index(&keys, 0);
                let finding = chosen.and_then(|index| by_weight(run).into_iter().nth(index));
                self.show_line_of(finding.and_then(Finding::place_in_log), facts);
            }
            Command::Oldest => self.finding_place.choose(0, &keys),
            Command::Follow => self.finding_place.choose(keys.len().saturating_sub(1), &keys),
            _ => match step(command, self.finding_place.page()) {
                Some(by) => self.finding_place.step(by, &keys, 0),
                None => return false,
            },
        }
        true
    }
}

/// The number of the last event up to `now`.
fn last_until(events: &[DatedEvent<'_>], now: Timestamp) -> usize {
    events.partition_point(|event| event.at <= now).saturating_sub(1)
}

/// The next kind after `present` of which there are events; `None`, all kinds, after the last one.
fn next_kind(run: &Run, present: Option<EventKind>) -> Option<EventKind> {
    let events = dated_events(run);
    let is_there = |kind: &EventKind| events.iter().any(|event| event.kind == *kind);
    EventKind::ALL.into_iter().filter(is_there).find(|kind| present.is_none_or(|present| *kind > present))
}

const fn step(command: Command, page: isize) -> Option<isize> {
    Some(match command {
        Command::Up => -1,
        Command::Down => 1,
        Command::PageUp => -page,
        Command::PageDown => page,
        _ => return None,
    })
}
