//! The command `guide`: the pages for the engineer, which `assets/guide` holds as Markdown.

mod page;
#[cfg(test)]
mod tests;

use crate::{
    commands::command_line::{
        messages::{page_format, say_as_is},
        stop::Stop,
    },
    run::Exit,
};

struct Topic {
    name: &'static str,
    /// What the page answers, in one line.
    title: &'static str,
    text: &'static str,
}

macro_rules! topic {
    ($name:literal, $title:literal) => {
        Topic {
            name: $name,
            title: $title,
            text: include_str!(concat!("../../../../assets/guide/", $name, ".md")),
        }
    };
}

/// Every topic, in the order in which it is needed.
const TOPICS: [Topic; 10] = [
    topic!("rehearsal", "practise on simulated appliances, with or without SSH"),
    topic!("connection", "SSH, keys, passwords, host keys, jump hosts"),
    topic!("settings", "the settings file, and your own command words"),
    topic!("test-day", "the test, step by step: before, during, after"),
    topic!("control", "what drwatch may send, and what keeps it safe"),
    topic!("log", "how the log is followed, and what a gap is"),
    topic!("recording", "what is on disk, resume, and what verify proves"),
    topic!("signing", "who stands for a record, and heads kept elsewhere"),
    topic!("troubleshooting", "messages, what they mean, and what to do"),
    topic!("glossary", "the words used on the screen and in the record"),
];

/// Columns of a page at most, and without a terminal.
const MAX_WIDTH: usize = 100;

/// Shows a topic, or lists them.
pub(in crate::commands) fn guide(topic: Option<&str>) -> Result<Exit, Stop> {
    let text = match topic {
        None => list(),
        Some(name) => {
            let Some(topic) = TOPICS.iter().find(|topic| topic.name == name) else {
                return Err(Stop { text: unknown(name), exit: Exit::Usage });
            };
            let (columns, is_coloured) = page_format();
            page::render(topic.text, columns.map_or(MAX_WIDTH, |columns| columns.min(MAX_WIDTH)), is_coloured)
        }
    };
    // The pages are plain ASCII, so that any terminal shows them as they are.
    say_as_is(&text)?;
    Ok(Exit::Done)
}

fn list() -> String {
    let lines = TOPICS.iter().map(|topic| format!("  {:<17}{}\n", topic.name, topic.title));
    format!("Topics of `drwatch guide TOPIC`:\n\n{}", lines.collect::<String>())
}

fn unknown(name: &str) -> String {
    let names = TOPICS.map(|topic| topic.name).join(", ");
    format!("there is no guide topic \"{name}\"; the topics are {names}")
}
