//! Standard output and standard error outside of a watch: every character printable.

use std::io::{self, IsTerminal as _, Write as _};

use thiserror::Error;

use super::stop::Stop;
use crate::{run::Exit, text};

#[derive(Debug, Error)]
#[error("standard output cannot be written: {0}")]
struct OutputFailed(io::Error);

/// A line for an engineer who waits, on standard error; the outcome itself goes to standard output.
pub(in crate::commands) fn inform(text: &str) {
    // A closed standard error is no reason to stop.
    drop(writeln!(io::stderr(), "{}", text::line(text)));
}

/// Prints a sentence on standard error.
pub(in crate::commands) fn complain(text: &str) {
    // A closed standard error is no reason to stop.
    drop(writeln!(io::stderr(), "drwatch: {}", text::line(text)));
}

/// The answer to words that are no command, or to a question such as `--help`, which may quote them; the exit code.
pub(in crate::commands) fn say_usage(answer: &clap::Error) -> u8 {
    // clap treats `--help` and `--version` as errors too; only their stream differs.
    let is_wrong = answer.use_stderr();
    let is_terminal = if is_wrong { io::stderr().is_terminal() } else { io::stdout().is_terminal() };
    let is_plain = text::lines(&answer.to_string()) == answer.to_string();
    // Styled only where nothing of it could be taken for a style.
    let text = if is_terminal && is_plain {
        answer.render().ansi().to_string()
    } else {
        text::lines(&answer.to_string()).into_owned()
    };
    if is_wrong {
        drop(write!(io::stderr(), "{text}"));
        return Exit::Usage.code();
    }
    match write!(io::stdout(), "{text}") {
        Err(error) if !is_gone(&error) => Exit::Failed.code(),
        _ => Exit::Done.code(),
    }
}

/// Standard output as it shows a page: its columns, where it is a terminal that has any, and whether colours are wanted.
pub(in crate::commands) fn page_format() -> (Option<usize>, bool) {
    let is_terminal = io::stdout().is_terminal();
    let size = is_terminal.then(crossterm::terminal::size).and_then(Result::ok);
    let columns = size.map(|(columns, _)| usize::from(columns)).filter(|columns| *columns > 0);
    // By the convention of no-color.org, an empty value does not count.
    (columns, is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()))
}

/// `text` in an SGR style, such as `1;31`.
pub(in crate::commands) fn styled(style: &str, text: &str, is_coloured: bool) -> String {
    if is_coloured { format!("\x1b[{style}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Whether the reader of our output is gone or the terminal has hung up: no failure, and the record is whole.
pub(in crate::commands) fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::BrokenPipe || error.raw_os_error() == Some(nix::libc::EIO)
}

/// Prints text for people.
pub(in crate::commands) fn say(text: &str) -> Result<(), Stop> {
    say_as_is(&text::lines(text))
}

pub(in crate::commands) fn say_json(json: &str) -> Result<(), Stop> {
    say_as_is(&text::json(json))
}

/// Prints text that holds nothing from outside.
pub(in crate::commands) fn say_as_is(text: &str) -> Result<(), Stop> {
    printed(io::stdout().write_all(text.as_bytes()))
}

/// The failure of an output, unless nobody reads it any more.
pub(in crate::commands) fn printed(result: io::Result<()>) -> Result<(), Stop> {
    match result {
        Err(error) if !is_gone(&error) => Err(Stop::failed(OutputFailed(error))),
        _ => Ok(()),
    }
}
