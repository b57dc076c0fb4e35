//! A run's summary in words: the report in Markdown, the same figures as JSON, the closing lines for
//! a terminal, and writing them beside the record. What the figures are is `run`'s business.

mod escape;
mod export;
mod listed;
mod markdown;
mod sections;
mod table;
mod text;
mod wording;

#[cfg(test)]
mod tests;

pub use self::{
    export::{EXPORTS, ExportError, json, write_exports},
    listed::{listed, listed_json},
    markdown::markdown,
    text::text,
};
