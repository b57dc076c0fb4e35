//! A pre-flight on one screen, or as JSON for programs.

use std::io::{self, IsTerminal as _};

use crate::{
    parse,
    run::{Preflight, PreflightItem, PreflightState, PreflightVerdict, Role, Run},
    screen::Charset,
    watch::setup::Failure,
};

/// How the outcome of a check is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Shape {
    pub(super) const fn is_json(self) -> bool {
        matches!(self, Self::Json)
    }
}

/// Width where standard output is no terminal.
const WIDTH: usize = 100;

/// Columns of the symbol and the word.
const LEAD: usize = 12;

pub(super) fn render(
    preflight: &Preflight,
    run: &Run,
    shape: Shape,
    charset: Charset,
) -> Result<String, Failure> {
    if shape.is_json() {
        let text = serde_json::to_string_pretty(preflight)
            .map_err(|error| Failure::Terminal(io::Error::other(error)))?;
        return Ok(text + "\n");
    }
    let is_terminal = io::stdout().is_terminal();
    let width = if is_terminal {
        crossterm::terminal::size().map_or(WIDTH, |(columns, _)| columns.into())
    } else {
        WIDTH
    };
    let colours = is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let style = Style { width: width.clamp(40, 140), colours, charset };
    Ok(style.page(preflight, run))
}

/// How the page looks.
struct Style {
    width: usize,
    colours: bool,
    charset: Charset,
}

impl Style {
    fn page(&self, preflight: &Preflight, run: &Run) -> String {
        let (primary, dr) = (clean(&run.name(Role::Primary)), clean(&run.name(Role::Dr)));
        let mut page =
            format!("Pre-flight of {primary} (primary) and {dr} (DR appliance), {}\n\n", preflight.at);
        for item in &preflight.items {
            page.push_str(&self.item(item));
        }
        let forbids = preflight.items.iter().filter(|item| item.forbids()).count();
        let attention = preflight.items.iter().filter(|item| item.state == PreflightState::Attention).count();
        let (state, words) = match preflight.verdict {
            PreflightVerdict::Go if attention == 0 => {
                (PreflightState::Ok, "nothing forbids the start".to_owned())
            }
            PreflightVerdict::Go => {
                (PreflightState::Ok, format!("nothing forbids the start; worth a thought: {attention}"))
            }
            PreflightVerdict::NoGo => {
                (PreflightState::Blocking, format!("what forbids the start: {forbids}"))
            }
        };
        let verdict = self.coloured(state, &preflight.verdict.word().to_uppercase());
        page.push_str(&format!("\n{verdict}: {words}\n"));
        page
    }

    fn item(&self, item: &PreflightItem) -> String {
        let age =
            item.age.filter(|age| age.secs() > 0).map_or_else(String::new, |age| format!(" [{age} ago]"));
        let (symbol, word) = self.mark(item.state);
        let lead = self.coloured(item.state, &format!("{symbol} {word:<9}"));
        let mut lines = self.wrapped(&format!("{}{age}", clean(&item.text))).into_iter();
        let mut text = format!("{lead} {}\n", lines.next().unwrap_or_default());
        let remedy = item.remedy.as_deref().filter(|_| item.state != PreflightState::Ok);
        let remedy = remedy.into_iter().flat_map(|remedy| self.wrapped(&format!("-> {}", clean(remedy))));
        for line in lines.chain(remedy) {
            text.push_str(&format!("{:LEAD$}{line}\n", ""));
        }
        text
    }

    const fn mark(&self, state: PreflightState) -> (&'static str, &'static str) {
        match (state, self.charset) {
            (PreflightState::Ok, Charset::Unicode) => ("✔", "ok"),
            (PreflightState::Ok, Charset::Ascii) => ("+", "ok"),
            (PreflightState::Unknown, _) => ("?", "unknown"),
            (PreflightState::Attention, _) => ("!", "attention"),
            (PreflightState::Blocking, Charset::Unicode) => ("✖", "BLOCKING"),
            (PreflightState::Blocking, Charset::Ascii) => ("x", "BLOCKING"),
        }
    }

    fn coloured(&self, state: PreflightState, text: &str) -> String {
        if !self.colours {
            return text.to_owned();
        }
        let code = match state {
            PreflightState::Ok => "32",
            PreflightState::Unknown => "36",
            PreflightState::Attention => "33",
            PreflightState::Blocking => "1;31",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }

    /// The words on as many lines as they take beside the lead.
    fn wrapped(&self, text: &str) -> Vec<String> {
        let room = self.width.saturating_sub(LEAD).max(20);
        let mut lines = vec![String::new()];
        for word in text.split(' ') {
            let Some(line) = lines.last_mut() else { continue };
            let used = line.chars().count();
            if used > 0 && used + 1 + word.chars().count() > room {
                lines.push(word.to_owned());
            } else {
                if used > 0 {
                    line.push(' ');
                }
                line.push_str(word);
            }
        }
        lines
    }
}

/// Names and reasons come from appliances.
fn clean(text: &str) -> String {
    parse::printable(text.as_bytes())
}
