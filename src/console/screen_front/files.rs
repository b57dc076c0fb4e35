//! What leaves the screen by a key: text for the clipboard, a frame for a file.

use super::{ScreenFront, Shown};
use crate::{
    console::frame_file,
    screen::{self, Clipboard, Copied, FrameFormat, MessageKind, copied, drawn_area, still},
    text::plural,
};

impl ScreenFront {
    /// Hands text to the terminal's clipboard, in front of the next frame. Whether it takes it no terminal says.
    pub(super) fn copy(&mut self, what: Copied, shown: &Shown<'_>) {
        let (text, kind) = match copied(&self.scene(shown), what) {
            // It would show the sequence as text.
            Ok(_) if self.theme.clipboard == Clipboard::None => {
                ("nothing copied: this terminal has no clipboard".to_owned(), MessageKind::Bad)
            }
            Ok((name, text)) => {
                self.hung_up |= self.tui.copy(&text, self.theme.clipboard).is_err();
                let count = plural(text.chars().count() as u64, "character");
                (format!("{name} handed to the terminal's clipboard: {count}"), MessageKind::Good)
            }
            Err(reason) => (format!("nothing copied: {reason}"), MessageKind::Bad),
        };
        self.view.notify(text, kind, shown.now);
    }

    /// Writes what the screen shows: beside the record, or where this session makes none into the current folder.
    pub(super) fn write_frame(&mut self, format: FrameFormat, shown: &Shown<'_>) {
        let folder =
            self.view.run_folder.clone().filter(|_| self.mode.records()).unwrap_or_else(|| ".".into());
        let written = drawn_area().and_then(|area| {
            let title = format!("drwatch, {}", shown.run.started.run);
            let content = screen::frame_file(&still(&self.scene(shown), area), format, &title);
            frame_file::write(&folder, shown.now, format.extension(), &content)
        });
        let (text, kind) = match written {
            Ok(path) => (format!("written: {}", path.display()), MessageKind::Good),
            Err(error) => {
                (format!("the screen was not written to {}: {error}", folder.display()), MessageKind::Bad)
            }
        };
        self.view.notify(text, kind, shown.now);
    }
}
