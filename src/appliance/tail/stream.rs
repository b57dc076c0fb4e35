//! The lines of one follow as they come from its stream, without the echo of the line typed. Which of
//! them are new is not known here.

use std::time::Duration;

use thiserror::Error;
use tokio::{
    io::AsyncReadExt,
    time::{Instant, sleep},
};

use super::{lines::LineSplitter, opening::Opening};
use crate::{
    appliance::{
        client::{IdentifiedConnection, OpenError},
        gate::Sendable,
        shell::{Following, ShellError, sleep_if},
    },
    clock::Clock,
    parse, text,
};

/// The first lines of a follow are over when nothing came for this long.
const BURST_SILENCE: Duration = Duration::from_millis(200);

/// How long the first lines may be waited for.
const BURST_LIMIT: Duration = Duration::from_secs(3);

/// How long they may go on: on a busy log new ones follow without a pause.
const MAX_BURST_LENGTH: Duration = Duration::from_secs(1);

/// Lines after which a burst is over.
// About 2 MiB, held in memory until the burst is over.
const MAX_BURST_LINES: usize = 20_000;

/// A prompt in place of a line ends the follow when nothing came for this long.
// Longer than the 30 ms of a question: a line of the log may stop anywhere, and a
// wrong end costs a new follow.
const PROMPT_SILENCE: Duration = Duration::from_millis(200);

const READ_SIZE: usize = 64 << 10;

/// Lines at the head of a follow that may be the echo of its line.
const ECHO_LINES: usize = 3;

#[derive(Debug, Error)]
pub(super) enum FollowEnd {
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

pub(super) struct Stream {
    following: Following,
    splitter: LineSplitter,
    chunk: Box<[u8]>,
    lines_of_head: usize,
    echo_seen: bool,
}

impl Stream {
    pub(super) fn new(following: Following) -> Self {
        let chunk = vec![0; READ_SIZE].into_boxed_slice();
        Self { following, splitter: LineSplitter::default(), chunk, lines_of_head: 0, echo_seen: false }
    }

    /// What the follow prints at once, before it waits for new lines.
    pub(super) async fn burst(&mut self) -> Result<Vec<Vec<u8>>, FollowEnd> {
        let limit = sleep(BURST_LIMIT);
        tokio::pin!(limit);
        let mut lines = Vec::new();
        loop {
            let was_empty = lines.is_empty();
            let begun = self.echo_seen || !was_empty;
            // Before the echo there is no silence to measure: the appliance may still be starting the command.
            let silence = sleep_if(begun.then_some(BURST_SILENCE));
            tokio::select! {
                // The limit first: on a busy log a read is always ready.
                biased;
                () = &mut limit => break,
                read = self.following.wire.read(&mut self.chunk) => self.take_read(read, &mut lines)?,
                () = silence => break,
            }
            if was_empty && !lines.is_empty() {
                // Counted from the first line on: an appliance that
                // is slow to begin still gets the time for its burst.
                limit.as_mut().reset(Instant::now() + MAX_BURST_LENGTH);
            }
            if lines.len() >= MAX_BURST_LINES {
                break;
            }
        }
        // Where a prompt follows, what came may be a refusal in place of a log.
        if self.at_prompt() { Err(end_at_prompt(&lines)) } else { Ok(lines) }
    }

    /// What a first follow shows at first, and why it ended if it did. New lines among them may wait
    /// for the limit, until what comes after a pause separates old from new. Nothing where the
    /// follow came to an end at a prompt: what it showed was no log.
    pub(super) async fn opening(&mut self, clock: Clock) -> (Opening, Option<FollowEnd>) {
        let limit = sleep(BURST_LIMIT);
        tokio::pin!(limit);
        let mut opening = Opening::new(clock.now());
        while opening.len() < MAX_BURST_LINES && !opening.has_line_after_pause() {
            let mut lines = Vec::new();
            let begun = self.echo_seen || opening.len() > 0;
            tokio::select! {
                biased;
                () = &mut limit => break,
                read = self.following.wire.read(&mut self.chunk) => {
                    let taken = self.take_read(read, &mut lines);
                    opening.add(lines, clock.now());
                    if let Err(end) = taken {
                        return (opening, Some(end));
                    }
                }
                // After the first pause the wait goes on: a line behind
                // it has the stamp by which the clocks are compared.
                () = sleep_if((begun && !opening.has_paused()).then_some(BURST_SILENCE)) => {
                    if self.at_prompt() {
                        let end = end_at_prompt(opening.lines());
                        return (Opening::new(clock.now()), Some(end));
                    }
                    opening.pause();
                }
            }
        }
        (opening, None)
    }

    /// The next lines, at least one.
    pub(super) async fn more(&mut self, freeze_limit: Duration) -> Result<Vec<Vec<u8>>, FollowEnd> {
        let mut lines = Vec::new();
        let frozen = sleep(freeze_limit);
        tokio::pin!(frozen);
        while lines.is_empty() {
            let at_prompt = self.at_prompt();
            let silence = sleep_if(at_prompt.then_some(PROMPT_SILENCE));
            tokio::select! {
                biased;
                // Silence first loses nothing: the next follow shows a line that arrives in this very moment.
                () = &mut frozen => return Err(FollowEnd::Silent),
                read = self.following.wire.read(&mut self.chunk) => self.take_read(read, &mut lines)?,
                // A prompt counts only when nothing follows it: a line of the log may begin like one.
                () = silence => return Err(FollowEnd::Ended),
            }
        }
        Ok(lines)
    }

    fn take_read(&mut self, read: std::io::Result<usize>, lines: &mut Vec<Vec<u8>>) -> Result<(), FollowEnd> {
        // An error and the end of the stream are one thing here: the connection notices by itself if it is gone.
        let read = read.ok().filter(|read| *read > 0).ok_or(FollowEnd::Ended)?;
        let chunk = self.chunk.get(..read).unwrap_or_default();
        let first = lines.len();
        self.splitter.push(chunk, lines);
        let mut index = first;
        // The echo may come behind late prompts, so the first few lines are compared. Further down a line with the same
        // words belongs to the log.
        while index < lines.len() && self.lines_of_head < ECHO_LINES {
            self.lines_of_head += 1;
            if lines.get(index).is_some_and(|line| self.following.is_echo(line)) {
                self.echo_seen = true;
                lines.remove(index);
            } else {
                index += 1;
                // Behind the echo only the log follows.
                self.lines_of_head = if self.echo_seen { ECHO_LINES } else { self.lines_of_head };
            }
        }
        Ok(())
    }

    fn at_prompt(&self) -> bool {
        self.following.is_prompt(self.splitter.partial())
    }
}

/// Types the line that follows the log, in a shell of its own.
pub(super) async fn start_follow(appliance: &IdentifiedConnection<'_>) -> Result<Stream, FollowEnd> {
    let client = appliance.open().await?;
    let shell = client.into_shell_for(Sendable::FollowLog).await?;
    let line = appliance.context.gate.question(Sendable::FollowLog).map_err(ShellError::from)?;
    Ok(Stream::new(shell.follow(line).await?))
}

/// Why a follow ended that shows a prompt after `lines`.
fn end_at_prompt<'a>(lines: impl IntoIterator<Item = &'a Vec<u8>>) -> FollowEnd {
    let text: Vec<u8> = lines.into_iter().flatten().copied().collect();
    let words = parse::error_text(&text).map(|words| text::printable_within(words, 400));
    words.map_or(FollowEnd::Ended, FollowEnd::Refused)
}
