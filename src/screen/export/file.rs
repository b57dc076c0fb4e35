//! The content of a file that shows a frame.

use ratatui::buffer::Buffer;

use super::{ansi::ansi, cells::text, svg::svg};
use crate::screen::keys::FrameFormat;

/// The content of a file that shows `frame`; `title` is for readers that show no pictures.
pub(crate) fn frame_file(frame: &Buffer, format: FrameFormat, title: &str) -> String {
    match format {
        FrameFormat::Text => text(frame),
        FrameFormat::Ansi => ansi(frame),
        FrameFormat::Svg => svg(frame, title),
    }
}
