//! All that is known of one line of the log: its parts, where it came from, its bytes, what it means.

use crossterm::event::{KeyCode, KeyEvent};

use crate::{
    run::{Certainty, Finding, LogOffset, Note, Run, actor},
    screen::{
        dialogs::{Body, Content, Facts, Reply, Sheet, Tone},
        log::{Direction, LineDetails, LogRow},
        paint::finding_mark,
    },
    text::minute,
};

#[derive(Clone, Debug)]
pub(crate) struct LineDialog(pub(crate) LineDetails);

const fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Procedure => "given by the procedure",
        Certainty::Documented => "documented by the vendor, or seen in real output",
        Certainty::Inferred => "inferred from the family of appliances",
        Certainty::Unknown => "not known; verify it on the appliance",
    }
}

/// The findings that rest on the line.
fn findings<'r>(run: &'r Run, row: &LogRow) -> impl Iterator<Item = &'r Finding> {
    let place = row.is_line().then_some(row.offset);
    run.findings.iter().filter(move |finding| place.is_some() && finding.place_in_log() == place)
}

/// The notes on the line at that offset.
fn notes(run: &Run, offset: LogOffset) -> impl Iterator<Item = &Note> {
    run.notes.iter().filter(move |note| note.line.as_ref().is_some_and(|line| line.offset == offset))
}

impl Content for LineDialog {
    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        match key.code {
            KeyCode::Up | KeyCode::Char('k' | 'K') => Reply::Line(Direction::Older),
            KeyCode::Down | KeyCode::Char('j' | 'J') => Reply::Line(Direction::Newer),
            KeyCode::Char('n') if facts.mode.is_live() => self.0.citation().map_or(Reply::Stay, Reply::Note),
            KeyCode::Enter | KeyCode::Char('q') => Reply::Close,
            _ => Reply::Stay,
        }
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        let Self(LineDetails { row, fields, source, raw, explanation, .. }) = self;
        match explanation {
            Some(known) => {
                body.hanging("", Tone::Strong, &known.meaning);
                if let Some(next) = &known.next {
                    body.blank();
                    body.value("to do", Tone::Attention, next);
                }
                body.value("certainty", Tone::Quiet, certainty(known.certainty));
                body.value("known from", Tone::Quiet, &known.source);
            }
            None if findings(facts.run, row).next().is_none() => {
                body.text(Tone::Quiet, "drwatch has no explanation of this line.");
            }
            None => {}
        }
        for finding in findings(facts.run, row) {
            let (symbol, tone) = finding_mark(finding.severity, body.theme());
            body.value("finding", tone, &format!("{symbol} {}", finding.text));
        }
        body.blank();
        for note in notes(facts.run, row.offset) {
            let by = actor(&note.user, note.engineer.as_deref());
            let text = format!("{} by {by}: {}", minute(note.at, facts.now), note.text);
            body.value("note", Tone::Strong, &text);
        }
        for (name, value) in fields {
            body.value(name, Tone::Text, value);
        }
        body.blank();
        body.value("from", Tone::Text, source);
        match raw {
            Some(Ok(bytes)) => body.value("bytes", Tone::Text, bytes),
            Some(Err(reason)) => {
                body.value("shown", Tone::Text, &row.text);
                body.value("bytes", Tone::Attention, reason);
            }
            None => body.value("shown", Tone::Text, &row.text),
        }
        let mut keys = vec![("Up/Down", "other line"), ("PgUp/PgDn", "scroll"), ("Esc", "close")];
        if facts.mode.is_live() && row.is_line() {
            keys.insert(1, ("n", "note"));
        }
        Sheet::new("Line of the log", Tone::Text, body).keys(&keys)
    }
}
