//! The palette: every action by its name, with its key, and why it can do nothing now.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::{Body, Content, Facts, Field, Intent, Prompt, Reply, Sheet, TextInput, Tone};
use crate::{
    screen::{
        keys::{Bound, Command, Keymap, Play, Seek},
        scene::facts::Mode,
    },
    text::fit,
};

/// Rows of the list; the dialog keeps its height while it is typed into.
const ROWS: usize = 10;

/// Why a command can do nothing now.
type Obstacle = fn(Command, &Facts<'_>, &Arc<Keymap>) -> Option<String>;

#[derive(Clone, Debug)]
pub(super) struct Palette {
    keymap: Arc<Keymap>,
    obstacle: Obstacle,
    /// Whether a search of the log stands, which has hits to go to.
    has_search: bool,
    words: Field,
    chosen: usize,
}

/// Whether all of `words` are in the name of an action, its keys or its help.
pub(super) fn matches_words(bound: &Bound, words: &str) -> bool {
    let keys: Vec<String> = bound.names().collect();
    let (name, help) = (bound.binding.command.name(), bound.binding.help);
    let text = format!("{name} {} {help}", keys.join(" ")).to_lowercase();
    words.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

impl Palette {
    pub(super) fn new(keymap: Arc<Keymap>, obstacle: Obstacle, has_search: bool) -> Self {
        Self { keymap, obstacle, has_search, words: Field::default(), chosen: 0 }
    }

    /// The actions with the words typed, those whose names begin with them first.
    fn found(&self, mode: Mode) -> Vec<&Bound> {
        let words = self.words.input.trimmed();
        let all = self.keymap.bindings(mode).filter(|bound| bound.binding.command != Command::Palette);
        let mut found: Vec<&Bound> = all.filter(|bound| matches_words(bound, words)).collect();
        let lower = words.to_lowercase().replace(' ', "-");
        found.sort_by_key(|bound| {
            let name = bound.binding.command.name();
            (name != lower, !name.starts_with(&lower), !name.contains(&lower))
        });
        found
    }

    /// That no action has the words typed, or where the one is that has.
    fn none_found(&self, mode: Mode) -> String {
        let words = self.words.input.trimmed();
        let mut of_replays = self.keymap.bindings(Mode::Replay).filter(|_| !mode.plays());
        match of_replays.find(|bound| matches_words(bound, words)) {
            Some(bound) => format!(
                "{}: in a replay, or in the past of this run ({}).",
                bound.binding.command.name(),
                self.keymap.key_of(Command::LookBack)
            ),
            None => {
                "No action has these words. Colours and keys are in the settings: `drwatch guide settings`."
                    .to_owned()
            }
        }
    }

    /// Why `command` can do nothing now, in a few words.
    fn obstacle(&self, command: Command, facts: &Facts<'_>) -> Option<String> {
        match command {
            Command::OlderHit | Command::NewerHit if self.has_search => None,
            Command::OlderHit | Command::NewerHit => Some(self.keymap.no_search()),
            _ => (self.obstacle)(command, facts, &self.keymap),
        }
    }

    /// The key that asks for it now: that of a note goes to the next hit while there is a search.
    fn key(&self, bound: &Bound) -> String {
        match bound.binding.command {
            Command::OlderHit if bound.shown.is_empty() && self.has_search => {
                self.keymap.key_of(Command::Note)
            }
            Command::Note if self.has_search => String::new(),
            _ => bound.shown.clone(),
        }
    }

    /// The place in a replay that was typed.
    fn seek(&self, mode: Mode) -> Option<Seek> {
        Seek::parse(self.words.input.text()).filter(|_| mode.plays())
    }
}

/// One row: key, name, and what it does or why it cannot.
fn row((bound, key): (&Bound, &str), is_chosen: bool, obstacle: Option<&str>, body: &mut Body) {
    let (theme, width) = (body.theme(), body.width());
    let lead = if is_chosen { theme.symbols().current } else { " " };
    let (key, name) = (format!("{lead} {key:>6}  "), format!("{:<20} ", bound.binding.command.name()));
    let says = obstacle.unwrap_or(bound.binding.help);
    let room = width.saturating_sub(key.width() + name.width());
    let says = fit(says, room, theme.symbols().ellipsis).into_owned();
    let tones = match (is_chosen, obstacle) {
        (true, _) => [Tone::Chosen; 3],
        (false, Some(_)) => [Tone::Quiet; 3],
        (false, None) => [Tone::Key, Tone::Strong, Tone::Text],
    };
    let spans =
        [key, name, says].into_iter().zip(tones).map(|(text, tone)| Span::styled(text, theme.style(tone)));
    body.line(spans.collect::<Line<'_>>());
}

impl Content for Palette {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        // What is pasted or deleted by words changes the list as well; a choice further down would be another one.
        self.chosen = 0;
        Some(&mut self.words.input)
    }

    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        let found = self.found(facts.mode);
        match key.code {
            KeyCode::Up => self.chosen = self.chosen.saturating_sub(1),
            KeyCode::Down => self.chosen = (self.chosen + 1).min(found.len().saturating_sub(1)),
            KeyCode::Enter => {
                if let Some(seek) = self.seek(facts.mode) {
                    return Reply::Done(Intent::Play(Play::Seek(seek)));
                }
                match found.get(self.chosen) {
                    Some(bound) => return Reply::Run(bound.binding.command),
                    None => self.words.problem = Some("No action has these words.".to_owned()),
                }
            }
            _ => {
                self.chosen = 0;
                self.words.submits(key);
            }
        }
        Reply::Stay
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        let found = self.found(facts.mode);
        let obstacle = |bound: &Bound| self.obstacle(bound.binding.command, facts);
        let from = (self.chosen + 1).saturating_sub(ROWS);
        for (index, bound) in found.iter().enumerate().skip(from).take(ROWS) {
            let own = (*bound, self.key(bound));
            row((own.0, &own.1), index == self.chosen, obstacle(bound).as_deref(), &mut body);
        }
        if found.is_empty() && self.seek(facts.mode).is_none() {
            body.text(Tone::Quiet, &self.none_found(facts.mode));
        }
        while body.rows() < ROWS {
            body.line(Line::default());
        }
        if let Some(bound) = found.get(self.chosen).filter(|_| self.seek(facts.mode).is_none()) {
            body.line(Line::default());
            body.text(Tone::Text, &bound.help());
            if let Some(reason) = obstacle(bound) {
                body.warning(&reason);
            }
        }
        let prompt = if facts.mode.plays() {
            Prompt::from("An action, or a time (UTC): 16:42, 16:42:10, +5m, -1h30m:")
                .or("An action, or a time: 16:42, +5m:")
        } else {
            Prompt::from("An action, by its name or what it does:").or("An action, by name or what it does:")
        };
        let title = format!("Actions ({})", found.len());
        let keys = [("Enter", "do it"), ("Up/Down", "choose"), ("Esc", "close")];
        Sheet::new(title, Tone::Text, body).keep(self.chosen - from).field(prompt, &self.words).keys(&keys)
    }
}
