//! What leaves the screen: text for the terminal's clipboard, and a frame as the content of a file.

mod ansi;
mod cells;
mod copied;
mod file;
mod svg;

pub(crate) use self::{copied::copied, file::frame_file};
