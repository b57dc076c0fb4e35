//! The help: every key of the session, by group.

use crossterm::event::KeyEvent;
use ratatui::text::{Line, Span};

use super::{Body, Content, Facts, Reply, Sheet, Tone};
use crate::screen::keys::{Group, keymap};

#[derive(Clone, Debug)]
pub(super) struct Help;

impl Content for Help {
    fn is_read_only(&self) -> bool {
        true
    }

    fn on_key(&mut self, _: KeyEvent, _: &Facts<'_>) -> Reply {
        Reply::Close
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        let key_style = body.theme().style(Tone::Key);
        for group in Group::ALL.into_iter().filter(|group| group.belongs_to(facts.mode)) {
            body.blank();
            body.text(Tone::Strong, group.title());
            for binding in keymap::bindings(facts.mode).filter(|binding| binding.group == group) {
                body.line(Line::from(vec![
                    Span::styled(format!("  {:>6}  ", binding.shown), key_style),
                    Span::raw(binding.help),
                ]));
            }
        }
        Sheet::new("Keys", Tone::Text, body).keys(&[("Up/Down", "scroll"), ("any other key", "closes")])
    }
}
