//! The tools that panels and dialogs draw with: rows and frames, colours and symbols, big letters, the chart. What is
//! drawn is decided by the panels.

pub(crate) mod axis;
pub(crate) mod big_text;
mod canvas;
mod cells;
mod chart;
mod drawing;
mod scheme;
pub(crate) mod shares;
mod theme;
mod tone;
mod wording;

pub(crate) use self::{
    canvas::{Canvas, Pieces, below, columns, hanging, indented, right_end},
    cells::replace_unprintable,
    chart::{Chart, chart},
    drawing::{Drawing, Part},
    scheme::{Rgb, Scheme},
    theme::{Charset, Clipboard, Theme, ThemeChoice},
    tone::{SIXTEEN, Tone},
    wording::{
        by_weight, cleanup_mark, cleanup_remedy, finding_mark, last_reading, must_be_paused, pause_length,
        phase_title_in, remedy_words, replication_words, statement_digit, statement_words,
    },
};
#[cfg(test)]
pub(crate) use self::{scheme::Depth, theme::Palette};
