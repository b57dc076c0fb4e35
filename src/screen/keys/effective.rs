//! The keys in effect: the table of the keys, with those of the settings laid over it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{
    binding::{Binding, Command, Group},
    key_name::{Key, MODIFIERS, key_name, parse},
    keymap,
};
use crate::screen::scene::facts::Mode;

/// Ctrl-C ends the program whatever the settings say.
const INTERRUPT: Key = (KeyCode::Char('c'), KeyModifiers::CONTROL);

/// A binding with the keys that it has in this session.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    pub(crate) binding: &'static Binding,
    keys: Vec<Key>,
    /// The first of them by name; empty where there is none.
    pub(crate) shown: String,
}

impl Bound {
    fn new(binding: &'static Binding, keys: Vec<Key>) -> Self {
        let shown = keys.first().copied().map(key_name).unwrap_or_default();
        Self { binding, keys, shown }
    }

    /// All its keys by name, the one that is shown first.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        self.keys.iter().copied().map(key_name)
    }

    /// What it does, and by which keys it can be asked for besides the one that is shown.
    pub(crate) fn help(&self) -> String {
        let others: Vec<String> = self.names().skip(1).collect();
        if others.is_empty() {
            return self.binding.help.to_owned();
        }
        format!("{} (also {})", self.binding.help, others.join(", "))
    }
}

/// Why the keys of the settings cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeymapError {
    #[error("no action is called `{action}`; `drwatch settings show` lists them all")]
    UnknownAction { action: String },
    #[error("`{key}`, the key of {action}, is no key that terminals send; write x, F5, ctrl-k or alt-left")]
    UnreadableKey { action: String, key: String },
    #[error("Ctrl-C always quits and cannot be the key of {action}")]
    Reserved { action: String },
    #[error("{key} is the key of both {action} and {other}; give one of them another")]
    Conflict { action: String, other: String, key: String },
}

impl KeymapError {
    /// The action of the settings that it is about.
    pub(crate) fn action(&self) -> &str {
        match self {
            Self::UnknownAction { action }
            | Self::UnreadableKey { action, .. }
            | Self::Reserved { action }
            | Self::Conflict { action, .. } => action,
        }
    }
}

/// The keys of a session.
#[derive(Clone, Debug)]
pub(crate) struct Keymap {
    bound: Vec<Bound>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self { bound: keymap::all().map(|binding| Bound::new(binding, binding.keys().collect())).collect() }
    }
}

impl Keymap {
    /// The keys with those of the settings: each action named has the keys given and no others.
    pub(crate) fn with<'s>(
        settings: impl Iterator<Item = (&'s str, &'s [String])>,
    ) -> Result<Self, KeymapError> {
        let mut keymap = Self::default();
        let mut changed = Vec::new();
        for (action, names) in settings {
            let own = || action.to_owned();
            let place = keymap.bound.iter().position(|bound| bound.binding.command.name() == action);
            let bound = place.and_then(|place| keymap.bound.get_mut(place));
            let bound = bound.ok_or_else(|| KeymapError::UnknownAction { action: own() })?;
            let unreadable = |key: &String| KeymapError::UnreadableKey { action: own(), key: key.clone() };
            let keys: Result<Vec<Key>, _> =
                names.iter().map(|name| parse(name).ok_or_else(|| unreadable(name))).collect();
            let keys = keys?;
            if keys.contains(&INTERRUPT) && bound.binding.command != Command::Quit {
                return Err(KeymapError::Reserved { action: own() });
            }
            *bound = Bound::new(bound.binding, keys);
            changed.push(bound.binding.command);
        }
        // Only once all are laid over the built-in ones: two actions may swap their keys.
        changed.into_iter().find_map(|command| keymap.conflict(command)).map_or(Ok(keymap), Err)
    }

    /// Another action that has a key of `command`.
    fn conflict(&self, command: Command) -> Option<KeymapError> {
        let own = self.bound.iter().find(|bound| bound.binding.command == command)?;
        let others = self.bound.iter().filter(|bound| bound.binding.command != command);
        let mut shared =
            others.filter_map(|other| Some((other, own.keys.iter().find(|key| other.keys.contains(key))?)));
        let (other, key) = shared.next()?;
        Some(KeymapError::Conflict {
            action: command.name(),
            other: other.binding.command.name(),
            key: key_name(*key),
        })
    }

    /// The bindings of a session of that kind, in the order of the key line and the help.
    pub(crate) fn bindings(&self, mode: Mode) -> impl Iterator<Item = &Bound> {
        self.bound.iter().filter(move |bound| bound.binding.group != Group::Replay || mode.plays())
    }

    /// The command that `key` asks for on the main screen of a session of that kind.
    pub(crate) fn command(&self, key: KeyEvent, mode: Mode) -> Option<Command> {
        let key = (key.code, key.modifiers & MODIFIERS);
        self.bindings(mode).find(|bound| bound.keys.contains(&key)).map(|bound| bound.binding.command)
    }

    /// How `command` is asked for: its key, or its name in the palette where it has none.
    pub(crate) fn key_of(&self, command: Command) -> String {
        let bound = self.bound.iter().find(|bound| bound.binding.command == command);
        let shown = bound.map(|bound| bound.shown.clone()).filter(|shown| !shown.is_empty());
        shown.unwrap_or_else(|| format!(":{}", command.name()))
    }

    /// Why there is no hit to go to.
    pub(crate) fn no_search(&self) -> String {
        format!("no search: {} searches the log", self.key_of(Command::Search))
    }

    /// The keys in effect as the settings have them, one action a line.
    pub(crate) fn render(&self) -> String {
        let line = |bound: &Bound| {
            let names: Vec<String> = bound.names().map(|name| format!("{name:?}")).collect();
            format!("keys.{} = [{}]\n", bound.binding.command.name(), names.join(", "))
        };
        self.bound.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::keys::{Copied, Play};

    fn press(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(code, modifiers)
    }

    fn plain(character: char) -> KeyEvent {
        press(KeyCode::Char(character), KeyModifiers::NONE)
    }

    fn with(settings: &[(&str, &[&str])]) -> Result<Keymap, KeymapError> {
        let owned: Vec<(&str, Vec<String>)> = settings
            .iter()
            .map(|(action, keys)| (*action, keys.iter().map(|key| (*key).to_owned()).collect()))
            .collect();
        Keymap::with(owned.iter().map(|(action, keys)| (*action, keys.as_slice())))
    }

    #[test]
    fn no_key_has_two_meanings() {
        let keymap = Keymap::default();
        for bound in keymap.bindings(Mode::Replay) {
            assert_eq!(keymap.conflict(bound.binding.command), None);
        }
    }

    #[test]
    fn the_key_that_the_table_shows_is_its_first_key() {
        for bound in Keymap::default().bindings(Mode::Replay) {
            assert_eq!(bound.shown, bound.binding.shown, "{:?}", bound.binding.command);
        }
    }

    #[test]
    fn every_action_has_a_name_of_its_own_and_those_of_the_settings_stay() {
        let keymap = Keymap::default();
        let mut names: Vec<_> = keymap.bound.iter().map(|bound| bound.binding.command.name()).collect();
        for name in [
            "pause",
            "resume",
            "threads",
            "pair",
            "list-bucket",
            "baseline",
            "attest",
            "markers",
            "acknowledge",
            "checklist",
            "export",
            "note",
            "reconnect",
            "search",
            "older-hit",
            "newer-hit",
            "older-warning",
            "newer-warning",
            "older-error",
            "up",
            "down",
            "page-up",
            "page-down",
            "oldest",
            "follow",
            "left",
            "right",
            "freeze",
            "filter",
            "open",
            "show-overview",
            "show-log",
            "show-events",
            "show-timeline",
            "show-appliances",
            "show-checklist",
            "show-findings",
            "show-objects",
            "show-replication",
            "zoom",
            "zoom-back",
            "back",
            "help",
            "redraw",
            "suspend",
            "quit",
            "seek",
            "palette",
            "mouse",
            "copy-log-line",
            "copy-figures",
            "copy-next-step",
            "copy-findings",
            "copy-run-path",
            "copy-report-command",
            "write-frame-text",
            "write-frame-ansi",
            "write-frame-svg",
            "replay-hold",
            "replay-faster",
            "replay-slower",
            "replay-next-phase",
            "replay-previous-any",
            "replay-beginning",
            "replay-end",
        ] {
            assert!(names.iter().any(|own| own == name), "{name}");
        }
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn the_keys_of_a_replay_mean_nothing_elsewhere() {
        let keymap = Keymap::default();
        assert_eq!(keymap.command(plain('h'), Mode::Replay), Some(Command::Play(Play::Hold)));
        for mode in [Mode::Watch, Mode::Demo, Mode::View] {
            assert_eq!(keymap.command(plain('h'), mode), None);
        }
    }

    #[test]
    fn a_control_key_is_not_the_plain_key() {
        let keymap = Keymap::default();
        let command = |key| keymap.command(key, Mode::Watch);
        assert_eq!(command(plain('z')), Some(Command::Zoom));
        assert_eq!(command(press(KeyCode::Char('z'), KeyModifiers::CONTROL)), Some(Command::Suspend));
        assert_eq!(command(press(KeyCode::Char('z'), KeyModifiers::ALT)), None);
        assert_eq!(command(press(KeyCode::Char('B'), KeyModifiers::SHIFT)), Some(Command::Baseline));
    }

    #[test]
    fn every_command_in_the_key_line_has_a_place_of_its_own() {
        let keymap = Keymap::default();
        for mode in [Mode::Watch, Mode::Replay, Mode::View] {
            let shown =
                keymap.bindings(mode).map(|bound| bound.binding).filter(|own| own.group.belongs_to(mode));
            let mut places: Vec<u8> = shown.filter_map(|own| own.line.map(|(place, _)| place)).collect();
            places.sort_unstable();
            let count = places.len();
            places.dedup();
            assert_eq!(places.len(), count);
        }
    }

    #[test]
    fn an_action_of_the_settings_has_their_keys_and_no_others() {
        let keymap = with(&[("pause", &["F5", "ctrl-o"]), ("zoom", &["p"]), ("note", &[])]).unwrap();
        let command = |key| keymap.command(key, Mode::Watch);
        assert_eq!(command(press(KeyCode::F(5), KeyModifiers::NONE)), Some(Command::Pause));
        assert_eq!(command(press(KeyCode::Char('o'), KeyModifiers::CONTROL)), Some(Command::Pause));
        assert_eq!(command(plain('p')), Some(Command::Zoom));
        assert_eq!((command(plain('z')), command(plain('n'))), (None, None));
        assert_eq!(keymap.key_of(Command::Pause), "F5");
        assert_eq!(keymap.key_of(Command::Note), ":note");
        let shown = keymap.render();
        assert!(
            shown.contains("keys.pause = [\"F5\", \"Ctrl-O\"]\n") && shown.contains("keys.note = []\n"),
            "{shown}"
        );
    }

    #[test]
    fn an_action_without_a_key_gets_one_from_the_settings() {
        let keymap = with(&[("copy-run-path", &["Y"])]).unwrap();
        assert_eq!(keymap.command(plain('Y'), Mode::Watch), Some(Command::Copy(Copied::RunPath)));
    }

    #[test]
    fn what_cannot_be_is_named() {
        let error = |settings: &[(&str, &[&str])]| with(settings).unwrap_err().to_string();
        assert!(error(&[("puase", &["F5"])]).contains("`puase`"));
        let text = error(&[("pause", &["F55"])]);
        assert!(text.contains("F55") && text.contains("pause"), "{text}");
        let text = error(&[("zoom", &["p"])]);
        assert!(text.contains("p is the key of both zoom and pause"), "{text}");
        let text = error(&[("replay-hold", &["q"])]);
        assert!(text.contains("replay-hold") && text.contains("quit"), "{text}");
        assert!(error(&[("zoom", &["ctrl-c"])]).contains("Ctrl-C"));
    }
}
