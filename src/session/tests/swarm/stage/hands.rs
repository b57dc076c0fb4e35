//! The hands at the keys, the screen that they look at, and what of all outputs must never come.

use crossterm::event::KeyCode;

use super::Stage;
use crate::{
    journal::RunFolder,
    screen::{Facts, Mode, RecordingState, Scene, Theme, draw_cells},
    session::tests::swarm::engineer::{Press, Reading, key, read},
};

impl Stage {
    pub(super) fn press(&mut self, press: &Press) {
        let Some(life) = &mut self.life else { return };
        match press {
            Press::Paste(text) => life.view.on_paste(text, self.clock.now()),
            Press::Key(code) => self.key(*code),
            Press::Answer { is_careful, is_right, looks } => {
                life.view.ask_about_markers(life.event_loop.run());
                // Drawing is dear, and the main screen asks for nothing.
                if !looks && !life.view.has_dialog() {
                    return;
                }
                let frame = self.frame();
                match read(&frame, *is_careful, *is_right) {
                    Reading::Refuses => self.key(KeyCode::Esc),
                    Reading::Types(text) => {
                        // The field may hold what was typed before.
                        for _ in 0..48 {
                            self.key_in_field(KeyCode::Backspace);
                        }
                        for character in text.chars() {
                            self.key_in_field(KeyCode::Char(character));
                        }
                    }
                }
            }
        }
    }

    /// Presses a key where a field is open; on the main screen it would be a command.
    fn key_in_field(&mut self, code: KeyCode) {
        if self.life.as_ref().is_some_and(|life| life.view.has_dialog()) {
            self.key(code);
        }
    }

    fn key(&mut self, code: KeyCode) {
        let Some(life) = &mut self.life else { return };
        let available = life.event_loop.session.available();
        let intent = {
            let facts = Facts {
                run: life.event_loop.run(),
                log: life.event_loop.session.log_rows(),
                available: &available,
                mode: Mode::Watch,
                now: self.clock.now(),
            };
            life.view.on_key(key(code), &facts)
        };
        if let Some(said) = intent.and_then(|intent| life.event_loop.carry_out_intent(intent)) {
            let now = self.clock.now();
            life.view.notify(said.text, said.kind, now);
        }
    }

    /// The screen as the engineer sees it.
    fn frame(&mut self) -> String {
        let Some(life) = &mut self.life else { return String::new() };
        // The screen front does it before each frame, and there is none here.
        life.view.ask_about_markers(life.event_loop.run());
        let available = life.event_loop.session.available();
        let scene = Scene {
            facts: Facts {
                run: life.event_loop.run(),
                log: life.event_loop.session.log_rows(),
                available: &available,
                mode: Mode::Watch,
                now: self.clock.now(),
            },
            view: &life.view,
            theme: &Theme::default(),
            journal: &RecordingState::Recording,
        };
        life.terminal.draw(|frame| draw_cells(frame.buffer_mut(), &scene)).unwrap();
        let buffer = life.terminal.backend().buffer();
        let mut text = String::new();
        for row in buffer.content().chunks(120) {
            text.extend(row.iter().map(ratatui::buffer::Cell::symbol));
            text.push('\n');
        }
        if let Some(harmful) = text.chars().find(|character| is_harmful(*character)) {
            self.model
                .borrow_mut()
                .broken("nothing unprintable in any output", format!("{harmful:?} in a frame"));
        }
        text
    }

    /// Looks at all that a run leaves for people and programs to read.
    pub(super) fn outputs_are_printable(&self, folder: &RunFolder) {
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let is_for_people =
                path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("summary"));
            if !is_for_people {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            if let Some(harmful) = text.chars().find(|character| is_harmful(*character)) {
                let mut model = self.model.borrow_mut();
                model.broken(
                    "nothing unprintable in any output",
                    format!("{harmful:?} in {}", path.display()),
                );
            }
        }
    }
}

/// Characters that may do something to a terminal or hide in a text: controls, format characters, separators of lines
/// and paragraphs, tags. Written out here, so that it shares nothing with what is tested.
pub(super) fn is_harmful(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}
