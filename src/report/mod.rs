//! A run in words: as a page, as Markdown, as JSON, as closing lines for a terminal, and written beside the record; its
//! series as CSV; its names redacted; and several runs beside each other. A page and its Markdown are made of one
//! `Report`, by way of one document.

mod compare;
mod document;
mod export;
mod formats;
mod redact;
mod runs;
mod sections;
mod terminal;
mod value;

#[cfg(test)]
pub(crate) mod tests;

pub(crate) use self::{
    compare::{RecordedRun, compare, comparison_text},
    export::write_exports,
    formats::{html::html, markdown::markdown, series::Series},
    redact::{Collector, RedactError, Redactor},
    runs::{ListedRun, Unread, controls, controls_table, note_resumed, runs_table},
    sections::cited_records,
    terminal::{columns::Page, register::register_table},
    value::{Quote, Report, Trail},
};
pub use self::{
    export::{EXPORTS, ExportError, json},
    terminal::text::text,
};
