//! The commands the appliances know, the modes they need, and how typed words are matched to them:
//! every word may be abbreviated as long as it stays unambiguous among what is possible there.

use std::collections::BTreeSet;

use crate::simulator::change::Change;

/// Modes of the command line, each allowing all that the ones before it do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mode {
    /// `name > `
    Standard,
    /// `name # `
    Enable,
    /// `name (config) # `
    Configure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Enable,
    Exit,
    /// Goes into a mode without a question.
    Enter(Mode),
    PagingOff,
    PagingOn,
    AutoLogout,
    TerminalLength,
    ShowVersion,
    ShowInfo,
    ShowService,
    ShowReplication,
    ShowBucket,
    /// The whole log, or the lines that match.
    ShowLog,
    ShowLogFile,
    ShowLogContinuous,
    Rfsctl,
    Threads,
    Format,
    /// Changes the appliance as it is.
    Change(Change),
    /// Is accepted and changes nothing that the simulation shows.
    Accept,
}

struct Command {
    /// Words of the command; `<…>` matches any word.
    words: &'static str,
    mode: Mode,
    verb: Verb,
}

const fn command(words: &'static str, mode: Mode, verb: Verb) -> Command {
    Command { words, mode, verb }
}

const COMMANDS: &[Command] = &[
    command("enable", Mode::Standard, Verb::Enable),
    command("disable", Mode::Enable, Verb::Enter(Mode::Standard)),
    command("exit", Mode::Standard, Verb::Exit),
    command("configure terminal", Mode::Enable, Verb::Enter(Mode::Configure)),
    command("cli session paging enable", Mode::Standard, Verb::PagingOn),
    command("no cli session paging enable", Mode::Standard, Verb::PagingOff),
    command("cli session auto-logout <minutes>", Mode::Standard, Verb::AutoLogout),
    command("terminal length <lines>", Mode::Standard, Verb::TerminalLength),
    command("terminal width <columns>", Mode::Standard, Verb::Accept),
    command("show version", Mode::Standard, Verb::ShowVersion),
    command("show info", Mode::Standard, Verb::ShowInfo),
    command("show service", Mode::Standard, Verb::ShowService),
    command("show replication", Mode::Standard, Verb::ShowReplication),
    command("show replication bucket", Mode::Enable, Verb::ShowBucket),
    command("show log", Mode::Enable, Verb::ShowLog),
    command("show log matching <word>", Mode::Enable, Verb::ShowLog),
    command("show log continuous", Mode::Enable, Verb::ShowLogContinuous),
    command("show log files <number>", Mode::Enable, Verb::ShowLogFile),
    command("replication num-threads <number>", Mode::Configure, Verb::Threads),
    command("replication enable", Mode::Configure, Verb::Change(Change::ReplicationOn)),
    command("no replication enable", Mode::Configure, Verb::Change(Change::ReplicationOff)),
    command("replication recovery enable", Mode::Configure, Verb::Change(Change::Recovery(true))),
    command("no replication recovery enable", Mode::Configure, Verb::Change(Change::Recovery(false))),
    command("service enable", Mode::Enable, Verb::Change(Change::ServiceOn)),
    command("no service enable", Mode::Enable, Verb::Change(Change::ServiceOff)),
    command("datastore format local", Mode::Enable, Verb::Format),
    command("write memory", Mode::Enable, Verb::Accept),
];

/// Commands and synonyms that the help does not list.
const HIDDEN: &[Command] = &[
    command("rfsctl exec <name>", Mode::Enable, Verb::Rfsctl),
    command("show replication status", Mode::Standard, Verb::ShowReplication),
    command("show hardware", Mode::Standard, Verb::ShowInfo),
    command("replication suspend", Mode::Configure, Verb::Change(Change::ReplicationOff)),
    command("no replication suspend", Mode::Configure, Verb::Change(Change::ReplicationOn)),
];

/// Why a typed line was not understood, in the appliance's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("% Unrecognized command \"{0}\".\nType \"?\" for help.\n")]
    Unrecognized(String),
    #[error("% Ambiguous command \"{0}\".\nType \"{0}?\" for a list of possible commands.\n")]
    Ambiguous(String),
    #[error("% Incomplete command.\nType \"?\" for help.\n")]
    Incomplete,
}

/// Commands still possible after some words, each with the words it still needs.
type Candidates = Vec<(&'static Command, Vec<&'static str>)>;

fn possible(mode: Mode, commands: impl Iterator<Item = &'static Command>) -> Candidates {
    // Commands of higher modes are unknown words here, and make no abbreviation ambiguous.
    let allowed = commands.filter(|command| command.mode <= mode);
    allowed.map(|command| (command, command.words.split(' ').collect())).collect()
}

fn narrow(candidates: &Candidates, typed: &str) -> Result<Candidates, Refusal> {
    let heads = || candidates.iter().filter_map(|(_, words)| words.first().copied());
    let literal = |word: &&str| !word.starts_with('<');
    // A whole word is never ambiguous, even where longer ones begin like it.
    let matching: BTreeSet<&str> = match heads().filter(literal).find(|word| *word == typed) {
        Some(exact) => BTreeSet::from([exact]),
        None => heads().filter(literal).filter(|word| word.starts_with(typed)).collect(),
    };
    // Literal words first, because a placeholder would take any of them.
    let chosen = match (matching.len(), heads().find(|word| word.starts_with('<'))) {
        (1, _) => matching.first().copied(),
        (0, Some(placeholder)) => Some(placeholder),
        (0, None) => return Err(Refusal::Unrecognized(typed.to_owned())),
        _ => return Err(Refusal::Ambiguous(typed.to_owned())),
    };
    let step = |(command, words): &(&'static Command, Vec<&'static str>)| {
        let (head, rest) = words.split_first()?;
        (Some(*head) == chosen).then(|| (*command, rest.to_vec()))
    };
    Ok(candidates.iter().filter_map(step).collect())
}

/// The one command that `line` means in `mode`, and the word that matches its `<…>`.
pub(super) fn understand(mode: Mode, line: &str) -> Result<(Verb, &str), Refusal> {
    let mut candidates = possible(mode, COMMANDS.iter().chain(HIDDEN));
    let mut argument = "";
    let mut rest = line.trim();
    while !rest.is_empty() {
        let (typed, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        candidates = narrow(&candidates, typed)?;
        argument = typed;
        rest = after.trim_start();
    }
    // `show replication` is complete although `show replication bucket` goes on from it.
    let complete = candidates.iter().find(|(_, words)| words.is_empty());
    let (command, _) = complete.ok_or(Refusal::Incomplete)?;
    Ok((command.verb, if command.words.contains('<') { argument } else { "" }))
}

/// What may follow `line` in `mode`, one word a line: the answer to `?`.
pub(super) fn help(mode: Mode, line: &str) -> String {
    let (before, begun) = line.rsplit_once(char::is_whitespace).unwrap_or(("", line));
    // Without the hidden ones, which is what hides them: `rfsctl` is understood and never offered.
    let mut candidates = possible(mode, COMMANDS.iter());
    for word in before.split_whitespace() {
        match narrow(&candidates, word) {
            Ok(narrowed) => candidates = narrowed,
            Err(refusal) => return refusal.to_string(),
        }
    }
    let next = candidates.iter().map(|(_, words)| words.first().copied().unwrap_or("<cr>"));
    let fitting: BTreeSet<&str> =
        next.filter(|word| begun.is_empty() || word.starts_with(begun) || word.starts_with('<')).collect();
    if fitting.is_empty() {
        return Refusal::Unrecognized(begun.to_owned()).to_string();
    }
    fitting.into_iter().flat_map(|word| [word, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verb(mode: Mode, line: &str) -> Result<Verb, Refusal> {
        understand(mode, line).map(|(verb, _)| verb)
    }

    #[test]
    fn words_may_be_abbreviated_while_unambiguous() {
        assert_eq!(verb(Mode::Standard, "en"), Ok(Verb::Enable));
        assert_eq!(verb(Mode::Enable, "conf t"), Ok(Verb::Enter(Mode::Configure)));
        assert_eq!(verb(Mode::Enable, "config  term "), Ok(Verb::Enter(Mode::Configure)));
        assert_eq!(verb(Mode::Standard, "sh ver"), Ok(Verb::ShowVersion));
        assert_eq!(verb(Mode::Configure, "no repl en"), Ok(Verb::Change(Change::ReplicationOff)));
    }

    #[test]
    fn an_abbreviation_of_several_words_is_ambiguous() {
        assert_eq!(verb(Mode::Standard, "e"), Err(Refusal::Ambiguous("e".to_owned())));
        assert_eq!(verb(Mode::Enable, "s"), Err(Refusal::Ambiguous("s".to_owned())));
    }

    #[test]
    fn a_mode_hides_what_needs_a_higher_one() {
        assert_eq!(
            verb(Mode::Standard, "configure terminal"),
            Err(Refusal::Unrecognized("configure".to_owned()))
        );
        assert_eq!(
            verb(Mode::Enable, "replication num-threads 128"),
            Err(Refusal::Unrecognized("replication".to_owned()))
        );
        assert_eq!(verb(Mode::Standard, "show log"), Err(Refusal::Unrecognized("log".to_owned())));
    }

    #[test]
    fn a_command_that_wants_more_words_is_incomplete() {
        assert_eq!(verb(Mode::Enable, "show"), Err(Refusal::Incomplete));
        assert_eq!(verb(Mode::Configure, "replication num-threads"), Err(Refusal::Incomplete));
    }

    #[test]
    fn arguments_are_kept_as_typed() {
        let threads = understand(Mode::Configure, "replication num 128").unwrap();
        assert_eq!(threads, (Verb::Threads, "128"));
        let matching = understand(Mode::Enable, "show log matching  namespace.*complete ").unwrap();
        assert_eq!(matching.1, "namespace.*complete");
    }

    #[test]
    fn a_word_behind_the_last_is_refused() {
        for (line, word) in [
            ("show log matching phase complete", "complete"),
            ("show log matching namespace successful", "successful"),
            ("show version now", "now"),
        ] {
            assert_eq!(verb(Mode::Enable, line), Err(Refusal::Unrecognized(word.to_owned())), "{line}");
        }
    }

    #[test]
    fn the_help_lists_what_may_follow_but_nothing_hidden() {
        assert_eq!(help(Mode::Standard, "show "), "info\nreplication\nservice\nversion\n");
        assert_eq!(help(Mode::Enable, "show replication "), "<cr>\nbucket\n");
        assert!(!help(Mode::Enable, "").contains("rfsctl"));
        assert_eq!(help(Mode::Standard, "sh"), "show\n");
    }
}
