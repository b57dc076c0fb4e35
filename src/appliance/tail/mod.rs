//! Following an appliance's log on a shell of its own: whole lines, in order, each once, across
//! drops. What the lines mean is not known here.
//!
//! After a drop the first burst of the new follow is matched against the lines remembered. Where
//! they do not meet, the log is fetched whole and spliced in; where that fails too, the gap is told.

mod catch_up;
mod lines;
mod memory;

use std::{collections::VecDeque, time::Duration};

use thiserror::Error;
use tokio::{io::AsyncReadExt, time::sleep};

use self::memory::{Digest, digest};
pub use self::{
    lines::{CONTINUED, LINE_LIMIT, LineSplitter},
    memory::Memory,
};
use super::{
    client::{Client, Means, OpenError},
    gate::Sendable,
    observation::{Emitter, Observation},
    shell::{Following, ShellError},
    transport::{ConnectError, Connection},
};
use crate::{parse, run::Arrival};

/// The first burst of a follow is over when nothing came for this long.
const BURST_SILENCE: Duration = Duration::from_millis(200);

/// How long the first burst may be waited for, and how long it may last.
const BURST_LIMIT: Duration = Duration::from_secs(3);

/// Lines after which a burst is over.
const BURST_LINES: usize = 20_000;

/// A prompt in place of a line ends the follow when nothing came for this long.
const PROMPT_SILENCE: Duration = Duration::from_millis(200);

/// A follow that is silent for so long is started anew: a rotation of the log can freeze it.
const FREEZE_LIMIT: Duration = Duration::from_mins(5);

/// Between two follows, doubled up to the limit while none succeeds.
const RETRY: Duration = Duration::from_secs(1);
const RETRY_LIMIT: Duration = Duration::from_mins(1);

/// Bytes passed on in one piece, unless a single line is longer.
const BATCH: usize = 64 << 10;

const READ_SIZE: usize = 64 << 10;

/// Lines at the head of a follow that may be the echo of its line.
const ECHO_LINES: usize = 3;

/// Why a follow ended.
#[derive(Debug, Error)]
enum FollowEnd {
    #[error("the follow of the log ended")]
    Ended,
    #[error("nothing was logged for a while")]
    Silent,
    #[error("the appliance refused to show its log: {0}")]
    Refused(String),
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl From<ShellError> for FollowEnd {
    fn from(error: ShellError) -> Self {
        match error {
            ShellError::ModeRefused { words, .. } => Self::Refused(words),
            other => Self::Open(OpenError::Shell(other)),
        }
    }
}

/// The tail of one appliance's log over one connection.
pub(crate) struct Tail<'a> {
    pub(crate) connection: &'a dyn Connection,
    pub(crate) means: &'a Means,
    pub(crate) memory: &'a mut Memory,
    pub(crate) emitter: &'a Emitter,
}

impl Tail<'_> {
    /// Follows the log, starting the follow anew whenever it ends. Returns only when the connection
    /// gives no shell any more.
    pub(crate) async fn run(mut self) -> ConnectError {
        let mut pause = RETRY;
        let mut refusal = None;
        loop {
            let known_at = self.memory.last_at();
            match self.follow().await {
                FollowEnd::Open(OpenError::Connect(error)) => return error,
                FollowEnd::Silent => continue,
                FollowEnd::Refused(words) => {
                    if refusal.as_ref() != Some(&words) {
                        let now = self.means.clock.now();
                        let reason = FollowEnd::Refused(words.clone()).to_string();
                        let from = known_at.unwrap_or(now);
                        self.emitter.emit(Observation::LogGap { from, to: now, reason }).await;
                        refusal = Some(words);
                    }
                    pause = RETRY_LIMIT;
                }
                FollowEnd::Ended | FollowEnd::Open(OpenError::Shell(_)) => {
                    pause = if self.memory.last_at() == known_at { pause * 2 } else { RETRY };
                }
            }
            sleep(pause.min(RETRY_LIMIT)).await;
        }
    }

    async fn follow(&mut self) -> FollowEnd {
        match self.try_follow().await {
            Ok(end) | Err(end) => end,
        }
    }

    async fn try_follow(&mut self) -> Result<FollowEnd, FollowEnd> {
        let client = Client::open(self.connection, self.means).await?;
        let shell = client.into_shell_for(Sendable::FollowLog).await?;
        let line = self.means.gate.question(Sendable::FollowLog).map_err(ShellError::from)?;
        let mut stream = Stream::new(shell.follow(line).await?);
        let burst = stream.burst().await?;
        let now = self.means.clock.now();
        let mut again = VecDeque::new();
        if self.memory.last_at().is_none() {
            self.memory.begin(now);
            self.pass_on(burst, Arrival::Earlier).await;
        } else {
            again = self.catch_up(burst).await?;
        }
        loop {
            let lines = stream.more(self.means.clock.real(FREEZE_LIMIT)).await?;
            let lines = without_repeated(lines, &mut again);
            self.pass_on(lines, Arrival::Live).await;
        }
    }

    /// Emits `lines` and remembers them, in batches: a line is remembered only once it is on its way.
    async fn pass_on(&mut self, lines: Vec<Vec<u8>>, arrival: Arrival) {
        let mut batch = Vec::new();
        let mut digests = Vec::new();
        for line in lines {
            if !batch.is_empty() && batch.len() + line.len() > BATCH {
                self.flush(std::mem::take(&mut batch), &mut digests, arrival).await;
            }
            digests.push(digest(&line));
            batch.extend_from_slice(&line);
        }
        if !batch.is_empty() {
            self.flush(batch, &mut digests, arrival).await;
        }
    }

    async fn flush(&mut self, bytes: Vec<u8>, digests: &mut Vec<Digest>, arrival: Arrival) {
        self.emitter.emit(Observation::Log { bytes, arrival }).await;
        let now = self.means.clock.now();
        for line in digests.drain(..) {
            self.memory.remember(line, now);
        }
    }
}

/// Drops from the head of a live stream what was already passed on out of the fetched log.
fn without_repeated(lines: Vec<Vec<u8>>, again: &mut VecDeque<Digest>) -> Vec<Vec<u8>> {
    if again.is_empty() {
        return lines;
    }
    let is_new = |line: &Vec<u8>| {
        let digest = digest(line);
        if let Some(place) = again.iter().position(|known| *known == digest) {
            again.drain(..=place);
            return false;
        }
        again.clear();
        true
    };
    lines.into_iter().filter(is_new).collect()
}

/// The lines of a follow as they come.
struct Stream {
    following: Following,
    splitter: LineSplitter,
    chunk: Box<[u8]>,
    head: usize,
    echo_seen: bool,
}

impl Stream {
    fn new(following: Following) -> Self {
        let chunk = vec![0; READ_SIZE].into_boxed_slice();
        Self { following, splitter: LineSplitter::default(), chunk, head: 0, echo_seen: false }
    }

    /// What the follow prints at once, before it waits for new lines.
    async fn burst(&mut self) -> Result<Vec<Vec<u8>>, FollowEnd> {
        let limit = sleep(BURST_LIMIT);
        tokio::pin!(limit);
        let mut lines = Vec::new();
        loop {
            let begun = self.echo_seen || !lines.is_empty();
            let silence =
                async { if begun { sleep(BURST_SILENCE).await } else { std::future::pending().await } };
            tokio::select! {
                biased;
                () = &mut limit => break,
                read = self.following.wire.read(&mut self.chunk) => self.take(read, &mut lines)?,
                () = silence => break,
            }
            if lines.len() >= BURST_LINES {
                break;
            }
        }
        if self.at_prompt() {
            let text = lines.concat();
            let words = parse::error_text(&text).map(|words| parse::printable_within(words, 400));
            return Err(words.map_or(FollowEnd::Ended, FollowEnd::Refused));
        }
        Ok(lines)
    }

    /// The next lines, at least one.
    async fn more(&mut self, freeze_limit: Duration) -> Result<Vec<Vec<u8>>, FollowEnd> {
        let mut lines = Vec::new();
        let frozen = sleep(freeze_limit);
        tokio::pin!(frozen);
        while lines.is_empty() {
            let at_prompt = self.at_prompt();
            let silence =
                async { if at_prompt { sleep(PROMPT_SILENCE).await } else { std::future::pending().await } };
            tokio::select! {
                biased;
                () = &mut frozen => return Err(FollowEnd::Silent),
                read = self.following.wire.read(&mut self.chunk) => self.take(read, &mut lines)?,
                () = silence => return Err(FollowEnd::Ended),
            }
        }
        Ok(lines)
    }

    fn take(&mut self, read: std::io::Result<usize>, lines: &mut Vec<Vec<u8>>) -> Result<(), FollowEnd> {
        let read = read.ok().filter(|read| *read > 0).ok_or(FollowEnd::Ended)?;
        let chunk = self.chunk.get(..read).unwrap_or_default();
        let first = lines.len();
        self.splitter.push(chunk, lines);
        let mut index = first;
        while index < lines.len() && self.head < ECHO_LINES {
            self.head += 1;
            if lines.get(index).is_some_and(|line| self.following.is_echo(line)) {
                self.echo_seen = true;
                lines.remove(index);
            } else {
                index += 1;
                // Behind the echo only the log follows.
                self.head = if self.echo_seen { ECHO_LINES } else { self.head };
            }
        }
        Ok(())
    }

    fn at_prompt(&self) -> bool {
        self.following.is_prompt(self.splitter.partial())
    }
}

#[cfg(test)]
mod tests;
