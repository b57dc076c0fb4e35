//! The words of the appliances' command line as data: prompts, command lines with their certainty,
//! and what answers and log lines mean. What may be sent at all is not decided here but by the gate. What the
//! keys of the file are for stands in `assets/dialects/altavault.toml`; the certainty of a table is for its
//! readers, only that of a command is shown.

mod command;
mod error;
mod known_lines;
mod load;
mod log;
mod log_meaning;
mod near;
mod pattern;
mod plain;
mod prefilter;
mod states;

use serde::Deserialize;

pub(crate) use self::{
    command::{Command, Commands, Mode},
    error::DialectError,
    known_lines::{KnownLine, KnownLines, Subject},
    load::built_in_digest,
    plain::{are_plain, fold},
    prefilter::Prefilter,
    states::{ReplicationWords, ServiceWords},
};
use self::{
    log::{Alarm, Markers, OwnCommands},
    pattern::Pattern,
};
use crate::run::Certainty;

/// Prompts by mode. Each pattern has a group `host`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prompts {
    #[serde(rename = "certainty")]
    _certainty: Certainty,
    /// `name > `
    pub(crate) normal: Pattern,
    /// `name # `
    pub(crate) enable: Pattern,
    /// `name (config) # ` and its sub-modes.
    pub(crate) config: Pattern,
    /// Whether configuration mode may show only the beginning of the name.
    pub(crate) config_shortens_name: bool,
}

/// Fewest characters of a shortened name.
// Fewer letters would fit the names of other appliances as well.
const SHORTEST_NAME: usize = 4;

impl Prompts {
    /// Whether a prompt of `mode` that shows `name` belongs to the appliance called `own`.
    pub(crate) fn is_name_of(&self, name: &str, own: &str, mode: Mode) -> bool {
        let shortened = self.config_shortens_name
            && mode == Mode::Config
            && name.len() >= SHORTEST_NAME
            && own.starts_with(name);
        name == own || shortened
    }

    /// Host name and mode, where `line` (cleaned of escape sequences) is a prompt and nothing else.
    pub(crate) fn read<'a>(&self, line: &'a str) -> Option<(&'a str, Mode)> {
        let kinds =
            // The strictest first: a looser pattern of a user's dialect for
            // `name # ` could also match `name (config) # `.
            [(&self.config, Mode::Config), (&self.enable, Mode::Enable), (&self.normal, Mode::Normal)];
        kinds.into_iter().find_map(|(pattern, mode)| {
            let host = pattern.captures(line)?.name("host")?;
            Some((host.as_str(), mode))
        })
    }
}

/// What may stand in place of a prompt.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Interruptions {
    #[serde(rename = "certainty")]
    _certainty: Certainty,
    pub(crate) pager: Pattern,
    pub(crate) password: Pattern,
}

/// Keys of `Key: value` replies that show who an appliance is, each list in order of preference.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentityKeys {
    #[serde(rename = "certainty")]
    _certainty: Certainty,
    pub(crate) product: Vec<String>,
    pub(crate) release: Vec<String>,
    pub(crate) model: Vec<String>,
    pub(crate) serial: Vec<String>,
    /// Lines that a simulated appliance prints and a real one does not.
    #[serde(default)]
    simulated: Vec<Pattern>,
}

impl IdentityKeys {
    /// Whether a line of `reply` says that the appliance is simulated.
    pub(crate) fn says_simulated(&self, reply: &str) -> bool {
        reply.lines().any(|line| self.simulated.iter().any(|pattern| pattern.is_match(line)))
    }
}

/// Keys of `Key: value` lines in the reply to `show_replication` that name the bucket.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BucketKeys {
    #[serde(rename = "certainty")]
    _certainty: Certainty,
    /// The whole of a key, in order of preference.
    pub(crate) name: Vec<Pattern>,
}

/// Literal texts with a meaning.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Texts {
    /// Said in place of a value while the service is not running.
    pub(crate) service_down: Vec<String>,
    /// No failure when they answer the setting of threads.
    pub(crate) set_threads_benign: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    prompts: Prompts,
    interruptions: Interruptions,
    commands: Commands,
    replication: ReplicationWords,
    service: ServiceWords,
    identity: IdentityKeys,
    bucket: BucketKeys,
    texts: Texts,
    markers: Markers,
    alarms: Vec<Alarm>,
    own_commands: OwnCommands,
}

/// All words of one kind of appliance.
#[derive(Clone, Debug)]
pub struct Dialect {
    tables: Tables,
    phrases: near::Phrases,
    digest: String,
}

impl Dialect {
    /// SHA-256 of the dialect's text in lower-case hex: of the built-in file, followed by the
    /// engineer's own where there is one.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    pub(crate) const fn prompts(&self) -> &Prompts {
        &self.tables.prompts
    }

    pub(crate) const fn interruptions(&self) -> &Interruptions {
        &self.tables.interruptions
    }

    pub(crate) const fn commands(&self) -> &Commands {
        &self.tables.commands
    }

    /// Words for the state of replication.
    #[must_use]
    pub const fn replication(&self) -> &ReplicationWords {
        &self.tables.replication
    }

    /// Words for the state of the service.
    #[must_use]
    pub const fn service(&self) -> &ServiceWords {
        &self.tables.service
    }

    pub(crate) const fn identity(&self) -> &IdentityKeys {
        &self.tables.identity
    }

    pub(crate) const fn bucket(&self) -> &BucketKeys {
        &self.tables.bucket
    }

    /// Whether `reply` says that the service which would know the value is not running.
    pub(crate) fn says_service_down(&self, reply: &str) -> bool {
        contains_any(reply, &self.tables.texts.service_down)
    }

    /// Whether `reply` is harmless as an answer to the setting of threads.
    pub(crate) fn is_benign_for_threads(&self, reply: &str) -> bool {
        contains_any(reply, &self.tables.texts.set_threads_benign)
    }
}

fn contains_any(text: &str, phrases: &[String]) -> bool {
    let text = text.to_lowercase();
    phrases.iter().any(|phrase| text.contains(&phrase.to_lowercase()))
}
