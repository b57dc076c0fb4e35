//! One event whole, however long its text is.

use crossterm::event::{KeyCode, KeyEvent};

use crate::{
    run::{DatedEvent, FindingSeverity, LogOffset, Run, place_in_log},
    screen::{
        dialogs::{Body, Content, Facts, Reply, Sheet, Tone},
        keys::Moment,
        paint::finding_mark,
    },
    text::{age, grouped},
};

/// An event as it was when its dialog was opened: what has happened does not change.
#[derive(Clone, Debug)]
pub(crate) struct EventDialog {
    moment: Moment,
    place: LogOffset,
    severity: FindingSeverity,
    kind: &'static str,
    text: String,
    /// The line of the log that it is pinned to.
    line: Option<String>,
}

impl EventDialog {
    pub(crate) fn of(run: &Run, event: &DatedEvent<'_>) -> Self {
        Self {
            moment: Moment { record: event.record, at: event.at },
            place: place_in_log(run, event),
            severity: event.severity,
            kind: event.kind.word(),
            text: event.to_string(),
            line: event.line.map(|line| line.raw.clone()),
        }
    }
}

impl Content for EventDialog {
    fn is_read_only(&self) -> bool {
        true
    }

    fn on_key(&mut self, key: KeyEvent, _facts: &Facts<'_>) -> Reply {
        match key.code {
            KeyCode::Enter => Reply::GoTo(self.moment, self.place),
            KeyCode::Left | KeyCode::Char('q') => Reply::Close,
            _ => Reply::Stay,
        }
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        let (symbol, tone) = finding_mark(self.severity, body.theme());
        body.hanging(&format!("{symbol} "), tone, &self.text);
        if let Some(line) = &self.line {
            body.blank();
            body.hanging("on the line: ", Tone::Text, line);
        }
        body.blank();
        body.value("kind", Tone::Text, self.kind);
        let at = self.moment.at;
        let ago = if at > facts.now { String::new() } else { format!(", {} ago", age(facts.now.since(at))) };
        body.value("at", Tone::Text, &format!("{}{ago}", at.in_words()));
        if let Some(record) = self.moment.record {
            body.value("record", Tone::Text, &record.to_string());
        }
        body.value("log", Tone::Text, &format!("byte {} of dr.log", grouped(self.place.0)));
        let goes = if facts.mode.plays() { "go there" } else { "log line" };
        Sheet::new("Event", tone, body).keys(&[("Enter", goes), ("Up/Down", "scroll"), ("Esc", "close")])
    }
}
