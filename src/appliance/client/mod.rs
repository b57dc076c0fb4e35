//! Typed questions and commands over a shell and a gate: lines out, values of `run` in, each answer
//! with its raw text. When what is asked is the supervisor's business.

mod change;
mod identified;
mod reports;
mod search;

use std::{num::NonZeroU8, sync::Arc, time::Duration};

use thiserror::Error;
use tracing::Instrument as _;

use self::reports::Reports;
pub(crate) use self::{
    change::{Outcome, Performed},
    identified::{IdentifiedConnection, arrive, differences},
    reports::Seen,
};
use super::{
    gate::{Approved, Gate, Sendable},
    shell::{Reply, Secret, Shell, ShellError},
    transport::{ConnectError, Connection},
};
use crate::{
    clock::Clock,
    dialect::Dialect,
    parse::{self, ListingError},
    run::{
        Answer, BucketListing, ByteCount, Elapsed, GetCount, Identity, NO_ANSWER, Reading, ReplicationState,
        ServiceState, ThreadCount,
    },
    text,
};

/// How much of a reply is kept with an answer, in bytes.
const RAW_LIMIT: usize = 4 << 10;

/// Longest reply to a question, in bytes.
// Larger than the answer to any question but the log's, which sets a limit of its own.
const REPLY_LIMIT: usize = 4 << 20;

/// Longest part of an identity, in bytes.
const IDENTITY_PART_LIMIT: usize = 200;

/// What every shell of an appliance is made with.
#[derive(Clone, Debug)]
pub(crate) struct ShellContext {
    pub(crate) gate: Arc<Gate>,
    pub(crate) dialect: Arc<Dialect>,
    pub(crate) clock: Clock,
    /// Answers `enable` where it asks for a password.
    pub(crate) enable_password: Option<Secret>,
}

/// Why there is no shell to ask in.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(crate) enum OpenError {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Shell(#[from] ShellError),
    #[error("another machine answers: {differences}")]
    OtherMachine { differences: String },
}

impl OpenError {
    /// The failure as the end of a connection, in words for the engineer: without the destination.
    pub(super) fn connection_words(&self) -> String {
        match self {
            Self::Connect(ConnectError::Other { detail, .. }) => detail.clone(),
            other => other.to_string(),
        }
    }
}

/// A bucket listing, or why the reply could not be read as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListingReply {
    pub(crate) listing: Result<BucketListing, ListingError>,
    pub(crate) took: Elapsed,
    /// The reply, printable, cut at 4 KiB.
    pub(crate) raw: String,
}

/// The state of replication, and what waits to be sent where the reply names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReplicationReply {
    pub(crate) answer: Answer<ReplicationState>,
    pub(crate) backlog: Option<ByteCount>,
}

/// An appliance that can be asked. Every question fails when its shell does.
#[derive(Debug)]
pub(crate) struct Client {
    shell: Shell,
    gate: Arc<Gate>,
    dialect: Arc<Dialect>,
    reports: Reports,
}

impl Client {
    /// Opens a shell on `connection`, waits for its prompt and sets the session up. With a `host`, the
    /// prompts have to show that name; another one is reported.
    async fn open(
        connection: &dyn Connection,
        context: &ShellContext,
        reports: Reports,
        host: Option<&str>,
    ) -> Result<Self, OpenError> {
        let wire = connection.open_shell().await?;
        let secret = context.enable_password.clone();
        let opened = async {
            let mut shell =
                Shell::login(wire, Arc::clone(&context.dialect), context.clock, secret, host).await?;
            shell.set_reply_limit(REPLY_LIMIT);
            // Before any question: a pager would hold up its reply.
            shell.set_up(&context.gate).await?;
            Ok(shell)
        };
        let opened = opened.instrument(tracing::debug_span!("shell")).await;
        let shell = opened.inspect_err(|error: &ShellError| {
            tracing::warn!(error = ?error.to_string(), "no shell");
            report_other_name(&reports, error);
        })?;
        Ok(Self { shell, gate: Arc::clone(&context.gate), dialect: Arc::clone(&context.dialect), reports })
    }

    /// Asks `line` in a mode that takes it. The name of another host in a prompt is reported.
    async fn ask(&mut self, line: &Approved) -> Result<Reply, ShellError> {
        let span = tracing::debug_span!("question", kind = ?line.kind());
        let reply = self.shell.ask_line_in_mode(&self.gate, line).instrument(span.clone()).await;
        span.in_scope(|| match &reply {
            Ok(reply) => tracing::debug!(bytes = reply.raw().len(), "answered"),
            Err(error) => tracing::warn!(error = ?error.to_string(), "not answered"),
        });
        reply.inspect_err(|error| report_other_name(&self.reports, error))
    }

    pub(crate) const fn is_usable(&self) -> bool {
        self.shell.is_usable()
    }

    /// Waits while nothing is asked. Returns when the shell ended; may be given up at any time.
    pub(crate) async fn idle(&mut self) {
        self.shell.idle().await;
    }

    /// The shell itself, ready in the mode of `kind`, for a line whose output does not end.
    pub(crate) async fn into_shell_for(mut self, kind: Sendable) -> Result<Shell, ShellError> {
        let mode = self.gate.question(kind)?.mode();
        let entered = self.shell.enter_mode(&self.gate, mode).await;
        entered.inspect_err(|error| report_other_name(&self.reports, error))?;
        Ok(self.shell)
    }

    /// Who the appliance is by its own replies: without host keys and bucket, and without the parts it
    /// refuses to show.
    pub(crate) async fn identity(&mut self) -> Result<Seen, ShellError> {
        let version = self.text(Sendable::ShowVersion).await?;
        let info = self.text(Sendable::ShowInfo).await?;
        let mut pairs = parse::key_values(&version);
        pairs.extend(parse::key_values(&info));
        let keys = self.dialect.identity();
        let part = |keys: &[String]| {
            let value = keys.iter().find_map(|key| parse::value_of(&pairs, key).filter(|v| !v.is_empty()))?;
            Some(text::printable_within(value, IDENTITY_PART_LIMIT))
        };
        let identity = Identity {
            hostname: self.shell.host().map(str::to_owned),
            product: part(&keys.product),
            release: part(&keys.release),
            model: part(&keys.model),
            serial: part(&keys.serial),
            host_key: None,
            host_keys: Vec::new(),
            bucket: None,
            simulated: [&version, &info]
                .into_iter()
                .any(|reply| keys.says_simulated(&String::from_utf8_lossy(reply))),
        };
        Ok(Seen { identity, raw: text::printable_within(&[version, info].concat(), RAW_LIMIT) })
    }

    pub(crate) async fn service(&mut self) -> Result<Answer<ServiceState>, ShellError> {
        self.answer(Sendable::ShowService, |dialect, text| {
            known_or_unreadable(dialect.service().read(&String::from_utf8_lossy(text)))
        })
        .await
    }

    pub(crate) async fn replication(&mut self) -> Result<ReplicationReply, ShellError> {
        let mut backlog = None;
        let read = |dialect: &Dialect, text: &[u8]| {
            let (text, words) = (String::from_utf8_lossy(text), dialect.replication());
            backlog = words.backlog(&text).and_then(|size| parse::backlog(size.as_bytes()));
            known_or_unreadable(words.read(&text))
        };
        let answer = self.answer(Sendable::ShowReplication, read).await?;
        Ok(ReplicationReply { answer, backlog })
    }

    /// Name of the bucket that the appliance is set up with.
    pub(crate) async fn bucket(&mut self) -> Result<Answer<String>, ShellError> {
        self.answer(Sendable::ShowReplication, |dialect, text| {
            let pairs = parse::key_values(text);
            let named = dialect.bucket().name.iter().find_map(|key| {
                let is_it = |pair: &&parse::KeyValue<'_>| key.is_match(&String::from_utf8_lossy(pair.key));
                pairs.iter().filter(is_it).map(|pair| pair.value).find(|value| !value.is_empty())
            });
            known_or_unreadable(named.map(|name| text::printable_within(name, IDENTITY_PART_LIMIT)))
        })
        .await
    }

    pub(crate) async fn counter(&mut self) -> Result<Answer<GetCount>, ShellError> {
        let name = self.counter_name(Sendable::GetCounter)?;
        self.answer(Sendable::GetCounter, |_, text| parse::counter(text, &name)).await
    }

    pub(crate) async fn threads(&mut self) -> Result<Answer<ThreadCount>, ShellError> {
        let name = self.counter_name(Sendable::ThreadCounter)?;
        self.answer(Sendable::ThreadCounter, |_, text| parse::threads(text, &name)).await
    }

    /// Lists the bucket, which may take hours.
    pub(crate) async fn bucket_listing(&mut self) -> Result<ListingReply, ShellError> {
        let line = self.gate.question(Sendable::BucketListing)?.clone();
        let reply = self.ask(&line).await?;
        Ok(ListingReply {
            listing: parse::bucket_listing(&reply.text()),
            took: reply.took(),
            raw: printable_reply(&reply.as_sent()),
        })
    }

    /// The whole log as received, at most `limit` bytes, in lines that end in `\n`.
    pub(crate) async fn log(&mut self, limit: usize) -> Result<Vec<u8>, ShellError> {
        let line = self.gate.question(Sendable::ShowLog)?.clone();
        self.printed_log(&line, limit).await
    }

    /// An older file of the log, as [`Client::log`]; 1 is the newest of them. An error where the appliance has
    /// no such file.
    pub(crate) async fn archived_log(
        &mut self,
        file: NonZeroU8,
        limit: usize,
    ) -> Result<Vec<u8>, ShellError> {
        let line = self.gate.archived_log(file)?;
        self.printed_log(&line, limit).await
    }

    async fn printed_log(&mut self, line: &Approved, limit: usize) -> Result<Vec<u8>, ShellError> {
        // A log is longer than the answer to any question, for which the limit is far lower.
        self.shell.set_reply_limit(limit);
        let reply = self.ask(line).await?;
        match reply.refusal() {
            Some(words) => Err(ShellError::ModeRefused { line: line.line().to_owned(), words }),
            None => Ok(reply.raw().to_vec()),
        }
    }

    fn counter_name(&self, kind: Sendable) -> Result<String, ShellError> {
        let line = self.gate.question(kind)?.line();
        // The name in the reply is the last word of the question: `rfsctl exec backend.ops.get` is answered
        // with `backend.ops.get: 12345`.
        Ok(line.rsplit(' ').next().unwrap_or(line).to_owned())
    }

    async fn text(&mut self, kind: Sendable) -> Result<Vec<u8>, ShellError> {
        let line = self.gate.question(kind)?.clone();
        match self.ask(&line).await {
            Ok(reply) => Ok(reply.text()),
            // The appliance lives: an identity with a part missing is better than no connection.
            Err(ShellError::TimedOut { partial, .. }) if self.shell.is_usable() => Ok(partial),
            Err(ShellError::ModeRefused { .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Asks `kind`; a refusal is an answer too, and so is silence of an appliance that lives.
    async fn answer<T>(
        &mut self,
        kind: Sendable,
        read: impl FnOnce(&Dialect, &[u8]) -> Reading<T>,
    ) -> Result<Answer<T>, ShellError> {
        let line = self.gate.question(kind)?.clone();
        self.answer_to(&line, read).await
    }

    async fn answer_to<T>(
        &mut self,
        line: &Approved,
        read: impl FnOnce(&Dialect, &[u8]) -> Reading<T>,
    ) -> Result<Answer<T>, ShellError> {
        match self.ask(line).await {
            Ok(reply) => Ok(self.read(&reply, read)),
            // Silence is an answer only where the prompt came back; otherwise the connection may be dead.
            Err(ShellError::TimedOut { limit, partial, .. }) if self.shell.is_usable() => {
                Ok(unanswered(limit, &partial))
            }
            // An answer, though none that can be read: asked again, it would be as long.
            Err(error @ ShellError::TooLong { .. }) => {
                Ok(Answer { reading: Reading::Unreadable, took: Elapsed::ZERO, raw: error.to_string() })
            }
            Err(ShellError::ModeRefused { words, .. }) => Ok(Answer {
                raw: text::printable_within(words.as_bytes(), RAW_LIMIT),
                reading: Reading::Refused(words),
                took: Elapsed::ZERO,
            }),
            Err(error) => Err(error),
        }
    }

    fn read<T>(&self, reply: &Reply, read: impl FnOnce(&Dialect, &[u8]) -> Reading<T>) -> Answer<T> {
        let text = reply.text();
        // First, because the words that say so may look like a refusal.
        let reading = if self.dialect.says_service_down(&String::from_utf8_lossy(&text)) {
            Reading::ServiceDown
        } else if let Some(words) = reply.refusal() {
            Reading::Refused(words)
        } else {
            read(&self.dialect, &text)
        };
        Answer { reading, took: reply.took(), raw: printable_reply(&reply.as_sent()) }
    }
}

fn known_or_unreadable<T>(value: Option<T>) -> Reading<T> {
    value.map_or(Reading::Unreadable, Reading::Known)
}

fn report_other_name(reports: &Reports, error: &ShellError) {
    if let ShellError::OtherHost { found, .. } = error {
        reports.other_name(found);
    }
}

/// The answer recorded on timeout; `partial` is what had arrived.
pub(super) fn unanswered<T>(limit: Duration, partial: &[u8]) -> Answer<T> {
    let note = format!("{NO_ANSWER}{} s) ", limit.as_secs());
    let said = text::printable_within(partial.trim_ascii_end(), RAW_LIMIT - note.len());
    let raw = format!("{note}{said}").trim_end().to_owned();
    Answer { reading: Reading::Unreadable, took: limit.into(), raw }
}

fn printable_reply(text: &[u8]) -> String {
    text::printable_within(text.trim_ascii_end(), RAW_LIMIT)
}

#[cfg(test)]
mod tests;
