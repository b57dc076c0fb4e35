//! A run's summary in words: as Markdown, as JSON, as closing lines for a terminal, and written beside the record.

mod escape;
mod export;
mod listed;
mod markdown;
mod phrases;
mod sections;
mod table;
mod text;

#[cfg(test)]
mod tests;

pub use self::{
    export::{EXPORTS, ExportError, json, write_exports},
    listed::{listed, listed_json},
    markdown::markdown,
    text::text,
};
