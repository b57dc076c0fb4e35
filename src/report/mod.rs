//! A run's summary in words: as Markdown, as JSON, as closing lines for a terminal, and written beside the record; its
//! series as CSV; its names redacted; and several runs beside each other.

mod columns;
mod compare;
mod escape;
mod export;
mod markdown;
mod phrases;
mod redact;
mod register;
mod runs;
mod sections;
mod series;
mod table;
mod text;

#[cfg(test)]
pub(crate) mod tests;

pub(crate) use self::{
    columns::Page,
    compare::{RecordedRun, compare, comparison_text},
    redact::{Collector, RedactError},
    register::register_table,
    runs::{ListedRun, Unread, controls, controls_table, note_resumed, runs_table},
    series::Series,
};
pub use self::{
    export::{EXPORTS, ExportError, json, write_exports},
    markdown::markdown,
    text::text,
};
