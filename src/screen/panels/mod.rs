//! One file or folder per panel. A panel draws itself into the area it is given, whatever its size; which panels there
//! are and where is decided by the layout.

pub(crate) mod appliance;
pub(crate) mod checklist;
pub(crate) mod findings;
pub(crate) mod log;
pub(crate) mod objects;
pub(crate) mod phases;
pub(crate) mod replication;
mod speed;
pub(crate) mod strips;
pub(crate) mod views;

// What nearly every panel draws with.
use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use super::{
    paint::{Canvas, Pieces, Tone, below, columns, hanging, indented, right_end},
    scene::Picture,
};
