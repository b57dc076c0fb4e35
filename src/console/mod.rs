//! The terminal and plain output: keys in, frames or lines out. What they mean is not decided here.

mod background_writer;
mod frame_file;
pub(crate) mod front;
pub(crate) mod headless;
pub(crate) mod lines;
pub(crate) mod output;
pub(crate) mod pace;
mod reading_time;
pub(crate) mod screen_front;
pub(crate) mod terminal_input;
