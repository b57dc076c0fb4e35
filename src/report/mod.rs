//! A run in words: as a page, as Markdown, as JSON, as closing lines for a terminal, and written beside the record; its
//! series as CSV; its names redacted; and several runs beside each other. A page and its Markdown are made of one
//! `Report`, by way of one document.

mod columns;
mod compare;
mod document;
mod escape;
mod export;
mod html;
mod markdown;
mod phrases;
mod redact;
mod register;
mod runs;
mod sections;
mod series;
mod table;
mod text;
mod value;

#[cfg(test)]
pub(crate) mod tests;

pub(crate) use self::{
    columns::Page,
    compare::{RecordedRun, compare, comparison_text},
    export::write_exports,
    html::html,
    markdown::markdown,
    redact::{Collector, RedactError, Redactor},
    register::register_table,
    runs::{ListedRun, Unread, controls, controls_table, note_resumed, runs_table},
    sections::cited_records,
    series::Series,
    value::{Quote, Report, Trail},
};
pub use self::{
    export::{EXPORTS, ExportError, json},
    text::text,
};
