//! Notes, and the further texts that they were given.

use crate::run::state::{Note, NoteEdit, Run, push_bounded};
use crate::run::values::{Event, LogCitation, Record};

/// Most earlier texts of a note in memory, the first one among them; the journal holds all.
const MAX_EDITS: usize = 64;

pub(in crate::run) fn noted(
    run: &mut Run,
    record: &Record,
    text: &str,
    user: &str,
    line: Option<&LogCitation>,
) {
    let engineer = run.engineer.clone();
    let (text, user, line) = (text.to_owned(), user.to_owned(), line.cloned());
    let note = Note { at: record.at, text, user, engineer, line, record: record.seq, edits: Vec::new() };
    push_bounded(&mut run.notes, &mut run.dropped.notes, note);
}

/// An edit of a note that is not in memory any more changes nothing.
pub(in crate::run) fn edited(run: &mut Run, record: &Record) {
    let Event::NoteEdited { note, text, user } = &record.event else { return };
    let engineer = run.engineer.clone();
    let Some(note) = run.notes.iter_mut().find(|own| own.record == *note) else { return };
    let before = std::mem::replace(&mut note.text, text.clone());
    if note.edits.len() >= MAX_EDITS {
        note.edits.remove(1);
    }
    note.edits.push(NoteEdit { at: record.at, user: user.clone(), engineer, before, record: record.seq });
}
