//! The tools that panels and dialogs draw with: rows and frames, colours and symbols, big letters, the chart. What is
//! drawn is decided by the panels.

pub(crate) mod big_text;
mod canvas;
mod chart;
pub(crate) mod shares;
mod theme;
mod wording;

pub use self::theme::{Charset, Palette, Theme};
pub(crate) use self::{
    canvas::{Canvas, Pieces, hanging},
    chart::chart,
    theme::Tone,
    wording::{
        by_weight, finding_mark, last_reading, must_be_paused, phase_title, replication_words,
        statement_words,
    },
};
