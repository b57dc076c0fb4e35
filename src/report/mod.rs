//! A run's summary in words: as Markdown, as JSON, as closing lines for a terminal, and written beside the record; and
//! several runs beside each other.

mod columns;
mod compare;
mod escape;
mod export;
mod markdown;
mod phrases;
mod runs;
mod sections;
mod table;
mod text;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    columns::Page,
    compare::{RecordedRun, compare, comparison_text},
    runs::{ListedRun, Unread, controls, controls_table, note_resumed, runs_table},
};
pub use self::{
    export::{EXPORTS, ExportError, json, write_exports},
    markdown::markdown,
    text::text,
};
