//! A pre-flight on one screen, or as JSON for programs.

use crate::{
    commands::{
        check::asked::Asked,
        command_line::messages::{page_format, styled},
    },
    run::{Preflight, PreflightCode, PreflightItem, PreflightState, PreflightVerdict, Role, Run},
    text::{self, Charset, printable, wrap_words},
};

/// Width where standard output is no terminal.
const WIDTH: usize = 100;

/// Columns of the symbol and the word.
const LEAD: usize = 12;

pub(super) fn page(preflight: &Preflight, run: &Run, charset: Charset) -> String {
    let (columns, colours) = page_format();
    let style = Style { width: columns.unwrap_or(WIDTH).clamp(40, 140), colours, charset };
    let (summed_up, detailed): (Vec<_>, Vec<_>) = preflight.items.iter().partition(|item| is_summed_up(item));
    let items: String = detailed.into_iter().map(|item| style.item(item)).collect();
    let (summed_up, verdict) = (style.summed_up(&summed_up), style.verdict(preflight));
    // On the line of the time, as the page is to fit 24 rows.
    let rehearsal = if run.is_simulated() { "   REHEARSAL: simulated by drwatch" } else { "" };
    format!(
        "Pre-flight of {}\n{}{rehearsal}\n\n{items}{summed_up}\n{verdict}",
        pair(run),
        preflight.at.in_words()
    )
}

/// The pre-flight, each item with the reply that is its evidence: there is no record to look it up in.
pub(super) fn json(preflight: &Preflight, asked: &Asked) -> serde_json::Result<String> {
    let mut value = serde_json::to_value(preflight)?;
    if let Some(value) = value.as_object_mut() {
        value.insert("simulated".to_owned(), asked.run.is_simulated().into());
    }
    let items = value.get_mut("items").and_then(serde_json::Value::as_array_mut).into_iter().flatten();
    for (value, item) in items.zip(&preflight.items) {
        let reply = item.evidence.and_then(|record| asked.reply(record));
        if let Some(value) = value.as_object_mut() {
            value.insert("reply".to_owned(), reply.into());
        }
    }
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}

struct Style {
    width: usize,
    colours: bool,
    charset: Charset,
}

/// As many of the names as have room in so many columns, and the number of the others.
fn fitted(names: &[String], room: usize) -> String {
    let with = |count: usize| {
        let list = names.get(..count).unwrap_or(names).join(", ");
        match names.len() - count {
            0 => list,
            more if count == 0 => format!("{more} items"),
            more => format!("{list} and {more} more"),
        }
    };
    let fits = (0..=names.len()).rev().map(with).find(|list| list.len() <= room);
    fits.unwrap_or_else(|| with(0))
}

impl Style {
    /// The last line: the verdict with the items that decide it, as many as have room.
    fn verdict(&self, preflight: &Preflight) -> String {
        let names = |wanted: fn(&PreflightItem) -> bool| -> Vec<String> {
            preflight.items.iter().filter(|item| wanted(item)).map(|item| item.code.name()).collect()
        };
        let (state, words, names) = match preflight.verdict {
            PreflightVerdict::Go => {
                let attention = names(|item| item.state == PreflightState::Attention);
                let thought = if attention.is_empty() { "" } else { "; worth a thought: " };
                (PreflightState::Ok, format!("nothing forbids the start{thought}"), attention)
            }
            PreflightVerdict::NoGo => {
                let forbidding = names(PreflightItem::forbids);
                (PreflightState::Blocking, "the start is forbidden by ".to_owned(), forbidding)
            }
        };
        let word = preflight.verdict.word().to_uppercase();
        let room = self.width.saturating_sub(word.len() + 2 + words.len());
        format!("{}: {words}{}\n", styled(look(state).2, &word, self.colours), fitted(&names, room))
    }

    /// One entry for all items that need no words.
    fn summed_up(&self, items: &[&PreflightItem]) -> String {
        if items.is_empty() {
            return String::new();
        }
        let names: Vec<_> = items.iter().map(|item| item.code.name()).collect();
        self.entry(PreflightState::Ok, &format!("{} more ok: {}", items.len(), names.join(", ")), None)
    }

    fn item(&self, item: &PreflightItem) -> String {
        let age = item.age.map_or_else(String::new, |age| format!(" [{}]", text::age(age)));
        let remedy = item.remedy.as_deref().filter(|_| item.state != PreflightState::Ok);
        // The verdict names what is in the way by its code.
        let code = if item.forbids() { format!("{}: ", item.code.name()) } else { String::new() };
        let words = format!("{code}{}{age}", printable(item.text.as_bytes()));
        self.entry(item.state, &words, remedy)
    }

    /// The state, the words beside it, and the remedy below them.
    fn entry(&self, state: PreflightState, words: &str, remedy: Option<&str>) -> String {
        let ([unicode, ascii], word, colour) = look(state);
        let symbol = if self.charset == Charset::Unicode { unicode } else { ascii };
        let lead = styled(colour, &format!("{symbol} {word:<9}"), self.colours);
        let wrapped = |words: &str| wrap_words(words.split(' '), self.width.saturating_sub(LEAD).max(20));
        let remedy = remedy.map(|remedy| format!("-> {}", printable(remedy.as_bytes())));
        let lines = [wrapped(words), remedy.as_deref().map(wrapped).unwrap_or_default()].concat();
        format!("{lead} {}\n", lines.join(&format!("\n{:LEAD$}", "")))
    }
}

/// The symbol of a state in Unicode and in ASCII, its word, and its SGR style.
const fn look(state: PreflightState) -> ([&'static str; 2], &'static str, &'static str) {
    match state {
        PreflightState::Ok => (["✔", "+"], "ok", "32"),
        PreflightState::Info => (["•", "-"], "info", "0"),
        PreflightState::Unknown => (["?", "?"], "unknown", "36"),
        PreflightState::Attention => (["!", "!"], "attention", "33"),
        PreflightState::Blocking => (["✖", "x"], "BLOCKING", "1;31"),
    }
}

/// Whether the name of the item is enough. The identities and the pause are shown in words: read them before every start.
fn is_summed_up(item: &PreflightItem) -> bool {
    let is_shown = matches!(item.code, PreflightCode::Identities | PreflightCode::ReplicationPaused);
    item.state == PreflightState::Ok && !is_shown
}

fn pair(run: &Run) -> String {
    let given = [Role::Primary, Role::Dr].into_iter().filter(|role| run.takes_part(*role));
    given
        .map(|role| format!("{} ({role})", printable(run.name(role).as_bytes())))
        .collect::<Vec<_>>()
        .join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_to_its_room_and_says_how_much_is_left_out() {
        let names = ["links", "identities", "service"].map(str::to_owned);
        assert_eq!(fitted(&names, 80), "links, identities, service");
        assert_eq!(fitted(&names, 26), "links, identities, service");
        assert_eq!(fitted(&names, 25), "links and 2 more");
        assert_eq!(fitted(&names, 10), "3 items");
        assert_eq!(fitted(&names, 0), "3 items");
        assert_eq!(fitted(&[], 0), "");
    }
}
