//! Notes for the record: a new one, and the earlier ones to be read and edited.

use crossterm::event::{KeyCode, KeyEvent};

use crate::{
    run::{LogCitation, Note as RunNote, Run, Sequence, actor},
    screen::dialogs::{Body, Content, Facts, Field, Intent, Prompt, Reply, Sheet, TextInput, Tone, choose},
    text::minute,
};

#[derive(Clone, Debug)]
pub(crate) enum Note {
    New {
        field: Field,
        /// The line of the log that it is about.
        line: Option<LogCitation>,
    },
    /// One of the earlier ones is chosen.
    Earlier(usize),
    Edit {
        note: Sequence,
        before: String,
        field: Field,
    },
}

impl Default for Note {
    fn default() -> Self {
        Self::New { field: Field::default(), line: None }
    }
}

const TITLE: &str = "Note";

impl Note {
    pub(crate) fn on(line: LogCitation) -> Self {
        Self::New { field: Field::default(), line: Some(line) }
    }

    /// The notes of `run`, the last one chosen.
    pub(crate) fn earlier(run: &Run) -> Self {
        Self::Earlier(run.notes.len().saturating_sub(1))
    }
}

impl Content for Note {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        match self {
            Self::New { field, .. } | Self::Edit { field, .. } => Some(&mut field.input),
            Self::Earlier(_) => None,
        }
    }

    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        match self {
            Self::New { field, line } => {
                // Nothing typed is thrown away by a step to the earlier notes.
                if key.code == KeyCode::Up
                    && line.is_none()
                    && field.input.text().is_empty()
                    && !facts.run.notes.is_empty()
                {
                    *self = Self::earlier(facts.run);
                    return Reply::Stay;
                }
                let problem = "Nothing was recorded: type a note, or press Esc to leave without one.";
                let Some(text) = field.submitted(key, problem) else { return Reply::Stay };
                Reply::Done(match line.clone() {
                    Some(line) => Intent::NoteOnLine { text, line },
                    None => Intent::Note(text),
                })
            }
            Self::Earlier(chosen) => {
                let notes = &facts.run.notes;
                if key.code != KeyCode::Enter {
                    choose(chosen, notes.len(), key);
                    return Reply::Stay;
                }
                let note = notes.get(*chosen).filter(|_| facts.mode.is_live());
                let Some(note) = note else { return Reply::Close };
                let (record, before) = (note.record, note.text.clone());
                *self = Self::Edit { note: record, field: Field::with(&before), before };
                Reply::Stay
            }
            Self::Edit { note, before, field } => {
                let problem = "Nothing was recorded: a note cannot be emptied. Esc leaves it as it is.";
                match field.submitted(key, problem) {
                    None => Reply::Stay,
                    Some(text) if text == *before => Reply::Close,
                    Some(text) => Reply::Done(Intent::EditNote { note: *note, text }),
                }
            }
        }
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        match self {
            Self::New { field, line } => {
                let mut keys = vec![("Enter", "record"), ("Esc", "cancel")];
                if let Some(line) = line {
                    body.value("on the line", Tone::Quiet, &line.raw);
                } else if !facts.run.notes.is_empty() {
                    keys.insert(1, ("Up", "earlier notes"));
                }
                Sheet::new(TITLE, Tone::Text, body)
                    .field(
                        Prompt::from("A note for the record (time and name are added):")
                            .or("A note for the record:"),
                        field,
                    )
                    .keys(&keys)
            }
            Self::Earlier(chosen) => {
                for (index, note) in facts.run.notes.iter().enumerate() {
                    let edited = if note.edits.is_empty() { "" } else { ", edited" };
                    let at = minute(note.at, facts.now);
                    let by = actor(&note.user, note.engineer.as_deref());
                    body.choice(index == *chosen, &format!("{at} {by}{edited}: {}", note.text));
                }
                if let Some(note) = facts.run.notes.get(*chosen) {
                    whole(note, &mut body);
                }
                let enter = if facts.mode.is_live() { "edit" } else { "close" };
                Sheet::new("Notes", Tone::Text, body).keep(*chosen).keys(&[
                    ("Up/Down", "choose"),
                    ("Enter", enter),
                    ("PgDn", "scroll"),
                    ("Esc", "close"),
                ])
            }
            Self::Edit { before, field, .. } => {
                body.hanging("now: ", Tone::Text, before);
                Sheet::new("Edit a note", Tone::Text, body)
                    .field("The text from here on; the one before stays in the record:", field)
                    .keys(&[("Enter", "record"), ("Esc", "leave it as it is")])
            }
        }
    }
}

/// A note with all its texts, the present one first, and the line of the log that it is about.
fn whole(note: &RunNote, body: &mut Body) {
    body.blank();
    body.text(Tone::Strong, &note.text);
    let by = actor(&note.user, note.engineer.as_deref());
    let by = format!("{} by {by}, record {}", note.at.in_words(), note.record);
    body.text(Tone::Quiet, &by);
    if let Some(line) = &note.line {
        body.hanging("on the line: ", Tone::Quiet, &line.raw);
    }
    for edit in note.edits.iter().rev() {
        let by = actor(&edit.user, edit.engineer.as_deref());
        let until = format!("until {}, edited by {by}, record {}: ", edit.at.in_words(), edit.record);
        body.text(Tone::Quiet, &format!("{until}{}", edit.before));
    }
}
