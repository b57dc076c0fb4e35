//! The dialogs of one step: note, baseline, help.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::text::{Line, Span};

use super::{
    reply::Reply,
    sheet::{Body, Sheet},
};
use crate::{
    screen::{
        facts::{Facts, Mode},
        keys::{Group, Intent, TextInput, keymap},
        paint::Tone,
    },
    text::{age, grouped, time_of_day},
};

/// A note being written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Note {
    words: TextInput,
    problem: Option<&'static str>,
}

impl Note {
    pub(crate) fn field_mut(&mut self) -> &mut TextInput {
        &mut self.words
    }

    pub(crate) fn on_key(&mut self, key: KeyEvent) -> Reply {
        if key.code != KeyCode::Enter {
            self.words.on_key(key);
            self.problem = None;
            return Reply::Stay;
        }
        match self.words.trimmed() {
            "" => {
                self.problem = Some("Nothing was recorded: a note takes some words. Esc leaves without one.");
                Reply::Stay
            }
            text => Reply::Done(Intent::Note(text.to_owned())),
        }
    }

    pub(crate) fn sheet(&self, body: Body) -> Sheet {
        Sheet::new("Note", Tone::Text, body)
            .field("A note for the record, with the time and your name:", &self.words)
            .problem(self.problem)
            .keys(&[("Enter", "record"), ("Esc", "cancel")])
    }
}

pub(super) fn baseline_key(key: KeyEvent, facts: &Facts<'_>) -> Reply {
    match key.code {
        KeyCode::Char('y' | 'Y') if facts.run.may_choose_baseline() => Reply::Done(Intent::TakeBaseline),
        KeyCode::Char('n' | 'N') => Reply::Close,
        KeyCode::Enter if !facts.run.may_choose_baseline() => Reply::Close,
        _ => Reply::Stay,
    }
}

pub(super) fn baseline_sheet(facts: &Facts<'_>, mut body: Body) -> Sheet {
    const TITLE: &str = "Baseline now";
    let download = &facts.run.download;
    let Some((value, at, _)) = download.counter else {
        body.text(Tone::Text, "The GET counter has not been read yet: there is nothing to count from.");
        return Sheet::new(TITLE, Tone::Attention, body);
    };
    let ago = age(facts.now.since(at));
    body.value("counter", Tone::Strong, &format!("{}, read {ago} ago", grouped(value.0)));
    let present = download.baseline.as_ref().map_or_else(
        || "none".to_owned(),
        |baseline| format!("{}, at {}", grouped(baseline.value.0), time_of_day(baseline.at)),
    );
    body.value("baseline", Tone::Text, &present);
    body.blank();
    if !facts.run.may_choose_baseline() {
        body.text(
            Tone::Text,
            "The baseline was read in time and stage 1 has begun: another would lose what was counted.",
        );
        return Sheet::new(TITLE, Tone::Attention, body);
    }
    if download.baseline.is_some() {
        body.warning("Downloads will be counted from the counter as it is now: what was counted so far no longer counts.");
    }
    Sheet::new(TITLE, Tone::Attention, body).keys(&[("y", "make it the baseline"), ("Esc", "cancel")])
}

pub(super) fn help_sheet(mode: Mode, mut body: Body) -> Sheet {
    let key_style = body.theme().style(Tone::Key);
    for group in Group::ALL.into_iter().filter(|group| group.belongs_to(mode)) {
        body.blank();
        body.text(Tone::Strong, group.title());
        for binding in keymap::bindings(mode).filter(|binding| binding.group == group) {
            body.line(Line::from(vec![
                Span::styled(format!("  {:>6}  ", binding.shown), key_style),
                Span::raw(binding.help),
            ]));
        }
    }
    Sheet::new("Keys", Tone::Text, body).keys(&[("Up/Down", "scroll"), ("any other key", "close")])
}
