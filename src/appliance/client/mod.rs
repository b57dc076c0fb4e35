//! Typed questions and commands over a shell and a gate: lines out, values of `run` in, each answer
//! with its raw text. When what is asked is the supervisor's business.

mod change;
mod identified;
mod reports;
mod search;

use std::{num::NonZeroU8, sync::Arc, time::Duration};

use thiserror::Error;
use tracing::Instrument as _;

pub(crate) use self::identified::{Arrived, IdentifiedConnection, arrive};
use self::reports::Reports;
pub use self::{
    change::{Outcome, Performed},
    reports::Stranger,
};
use super::{
    gate::{Approved, Gate, Sendable},
    shell::{Reply, Secret, Shell, ShellError},
    transport::{ConnectError, Connection},
};
use crate::{
    clock::Clock,
    dialect::Dialect,
    parse,
    run::{
        Answer, BucketListing, Elapsed, GetCount, Identity, NO_ANSWER, Reading, ReplicationState,
        ServiceState, ThreadCount,
    },
    text,
};

/// How much of a reply is kept with an answer, in bytes.
pub const RAW_LIMIT: usize = 4 << 10;

/// Longest reply to a question, in bytes.
const REPLY_LIMIT: usize = 4 << 20;

/// Longest part of an identity, in bytes.
const IDENTITY_PART_LIMIT: usize = 200;

/// What every shell of an appliance is made with.
#[derive(Clone, Debug)]
pub struct ShellContext {
    /// What may be said.
    pub gate: Arc<Gate>,
    /// The words.
    pub dialect: Arc<Dialect>,
    /// The time.
    pub clock: Clock,
    /// Answers `enable` where it asks for a password.
    pub enable_password: Option<Secret>,
}

/// Why there is no shell to ask in.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum OpenError {
    /// The connection gave none.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// It was given, but is of no use.
    #[error(transparent)]
    Shell(#[from] ShellError),
    /// Another machine than the expected one answers.
    #[error("another machine answers: {differences}")]
    OtherMachine {
        /// In what it differs.
        differences: String,
    },
}

impl OpenError {
    /// The failure as the end of a connection, in words for the engineer: without the destination.
    #[must_use]
    pub(super) fn connection_words(&self) -> String {
        match self {
            Self::Connect(ConnectError::Other { detail, .. }) => detail.clone(),
            other => other.to_string(),
        }
    }
}

/// A bucket listing, or why the reply could not be read as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingReply {
    /// The listing; otherwise why not, as a sentence.
    pub listing: Result<BucketListing, String>,
    /// From question to answer.
    pub took: Elapsed,
    /// The reply, printable, cut at 4 KiB.
    pub raw: String,
}

/// An appliance that can be asked.
#[derive(Debug)]
pub struct Client {
    shell: Shell,
    gate: Arc<Gate>,
    dialect: Arc<Dialect>,
    reports: Reports,
}

impl Client {
    /// Opens a shell on `connection`, waits for its prompt and sets the session up. With a `host`, the
    /// prompts have to show that name; another one is reported.
    ///
    /// # Errors
    /// When the connection gives no shell, or the shell shows no prompt, or that of another host.
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

    /// Whether more can be asked.
    #[must_use]
    pub const fn is_usable(&self) -> bool {
        self.shell.is_usable()
    }

    /// Waits while nothing is asked. Returns when the shell ended; may be given up at any time.
    pub async fn idle(&mut self) {
        self.shell.idle().await;
    }

    /// The shell itself, ready in the mode of `kind`, for a line whose output does not end.
    ///
    /// # Errors
    /// When the mode cannot be entered.
    pub async fn into_shell_for(mut self, kind: Sendable) -> Result<Shell, ShellError> {
        let mode = self.gate.question(kind)?.mode();
        let entered = self.shell.read_mode(&self.gate, mode).await;
        entered.inspect_err(|error| report_other_name(&self.reports, error))?;
        Ok(self.shell)
    }

    /// Who the appliance says it is, host keys and bucket apart, with the replies, printable, cut at 4 KiB.
    /// Parts it refuses to show are absent.
    ///
    /// # Errors
    /// When the shell fails.
    pub async fn identity(&mut self) -> Result<(Identity, String), ShellError> {
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
        };
        let raw = text::printable_within(&[version, info].concat(), RAW_LIMIT);
        Ok((identity, raw))
    }

    /// The state of the service.
    ///
    /// # Errors
    /// When the shell fails.
    pub async fn service(&mut self) -> Result<Answer<ServiceState>, ShellError> {
        let dialect = Arc::clone(&self.dialect);
        self.answer(Sendable::ShowService, |text| {
            known_or_unreadable(dialect.service().read(&String::from_utf8_lossy(text)))
        })
        .await
    }

    /// The state of replication.
    ///
    /// # Errors
    /// When the shell fails.
    pub async fn replication(&mut self) -> Result<Answer<ReplicationState>, ShellError> {
        let dialect = Arc::clone(&self.dialect);
        self.answer(Sendable::ShowReplication, |text| {
            known_or_unreadable(dialect.replication().read(&String::from_utf8_lossy(text)))
        })
        .await
    }

    /// Name of the bucket that the appliance is set up with.
    ///
    /// # Errors
    /// When the shell fails.
    pub async fn bucket(&mut self) -> Result<Answer<String>, ShellError> {
        let dialect = Arc::clone(&self.dialect);
        self.answer(Sendable::ShowReplication, |text| {
            let pairs = parse::key_values(text);
            let named = dialect.bucket().name.iter().find_map(|key| {
                let is_it = |pair: &&parse::KeyValue<'_>| key.is_match(&String::from_utf8_lossy(pair.key));
                pairs.iter().filter(is_it).map(|pair| pair.value).find(|value| !value.is_empty())
            });
            known_or_unreadable(named.map(|name| text::printable_within(name, IDENTITY_PART_LIMIT)))
        })
        .await
    }

    /// The GET counter.
    ///
    /// # Errors
    /// When the shell fails.
    pub async fn counter(&mut self) -> Result<Answer<GetCount>, ShellError> {
        let name = self.counter_name(Sendable::GetCounter)?;
        self.answer(Sendable::GetCounter, |text| parse::counter(text, &name)).await
    }

    /// The number of replication threads.
    ///
    /// # Errors
    /// When the shell fails.
    pub async fn threads(&mut self) -> Result<Answer<ThreadCount>, ShellError> {
        let name = self.counter_name(Sendable::ThreadCounter)?;
        self.answer(Sendable::ThreadCounter, |text| parse::threads(text, &name)).await
    }

    /// Lists the bucket, which may take hours.
    ///
    /// # Errors
    /// When the shell fails.
    pub async fn bucket_listing(&mut self) -> Result<ListingReply, ShellError> {
        let line = self.gate.question(Sendable::BucketListing)?.clone();
        let reply = self.ask(&line).await?;
        let text = reply.text();
        Ok(ListingReply {
            listing: parse::bucket_listing(&text).map_err(|error| error.to_string()),
            took: reply.took(),
            raw: printable_reply(&reply.as_sent()),
        })
    }

    /// The whole log as received, in lines that end in `\n`.
    ///
    /// # Errors
    /// When the shell fails, or the log is longer than `limit` bytes.
    pub async fn log(&mut self, limit: usize) -> Result<Vec<u8>, ShellError> {
        let line = self.gate.question(Sendable::ShowLog)?.clone();
        self.printed_log(&line, limit).await
    }

    /// An older file of the log, as [`Client::log`]; 1 is the newest of them.
    ///
    /// # Errors
    /// As [`Client::log`]; also where the appliance has no such file, or never shows one.
    pub async fn archived_log(&mut self, file: NonZeroU8, limit: usize) -> Result<Vec<u8>, ShellError> {
        let line = self.gate.archived_log(file)?;
        self.printed_log(&line, limit).await
    }

    async fn printed_log(&mut self, line: &Approved, limit: usize) -> Result<Vec<u8>, ShellError> {
        self.shell.set_reply_limit(limit);
        let reply = self.ask(line).await?;
        match reply.refusal() {
            Some(words) => Err(ShellError::ModeRefused { line: line.line().to_owned(), words }),
            None => Ok(reply.raw().to_vec()),
        }
    }

    fn counter_name(&self, kind: Sendable) -> Result<String, ShellError> {
        let line = self.gate.question(kind)?.line();
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

    /// Asks `kind`; what the appliance refuses, or does not say in time although it lives, is an answer too.
    async fn answer<T>(
        &mut self,
        kind: Sendable,
        read: impl FnOnce(&[u8]) -> Reading<T>,
    ) -> Result<Answer<T>, ShellError> {
        let gate = Arc::clone(&self.gate);
        self.answer_to(gate.question(kind)?, read).await
    }

    /// As [`Client::answer`], for one line of a question that takes several.
    async fn answer_to<T>(
        &mut self,
        line: &Approved,
        read: impl FnOnce(&[u8]) -> Reading<T>,
    ) -> Result<Answer<T>, ShellError> {
        match self.ask(line).await {
            Ok(reply) => Ok(self.read(&reply, read)),
            Err(ShellError::TimedOut { limit, partial, .. }) if self.shell.is_usable() => {
                Ok(unanswered(limit, &partial))
            }
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

    fn read<T>(&self, reply: &Reply, read: impl FnOnce(&[u8]) -> Reading<T>) -> Answer<T> {
        let text = reply.text();
        let reading = if self.dialect.says_service_down(&String::from_utf8_lossy(&text)) {
            Reading::ServiceDown
        } else if let Some(words) = reply.refusal() {
            Reading::Refused(words)
        } else {
            read(&text)
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

/// A reply as it is kept with an answer.
fn printable_reply(text: &[u8]) -> String {
    text::printable_within(text.trim_ascii_end(), RAW_LIMIT)
}

#[cfg(test)]
mod tests;
