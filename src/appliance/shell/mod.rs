//! One interactive shell over any byte stream: typing an approved line and framing its reply by the
//! prompt. What replies mean is the client's business; how to get a byte stream the transport's.
//!
//! Only the unterminated last line, cleaned of escape sequences, can be a prompt, and only when
//! nothing follows it for a moment: prompt look-alikes inside a reply are followed by more.
//!
//! A shell belongs to one host name: that of the appliance it was opened for. A prompt with another name
//! ends it, and nothing further is typed into it.

mod awaiting;
mod buffer;
mod clean;
mod echo;
mod error;
mod follow;
mod framing;
mod modes;
mod reply;
mod secret;

use std::{sync::Arc, time::Duration};

use futures_util::FutureExt as _;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{Instant, sleep},
};
use zeroize::Zeroizing;

pub use self::clean::clean;
use self::{
    awaiting::{Awaiting, ReplyEnd},
    buffer::Buffer,
};
pub(crate) use self::{error::ShellError, reply::Reply, secret::Secret};
pub(super) use self::{follow::Following, framing::sleep_if};
use super::{
    gate::{Approved, Sendable},
    transport::BoxedWire,
};
use crate::{
    clock::Clock,
    dialect::{Dialect, Mode},
    run::Timestamp,
    text,
};

/// How long a login may take until its first prompt.
const LOGIN_LIMIT: Duration = Duration::from_secs(30);

/// Between Ctrl-C and what follows it, so that a pager or program has let go of the terminal.
const INTERRUPT_PAUSE: Duration = Duration::from_millis(150);

/// How long an interrupted shell may take to show a prompt again.
const RESYNC_LIMIT: Duration = Duration::from_secs(5);

/// Longest reply, in bytes, unless another limit is set.
const REPLY_LIMIT: usize = 64 << 20;

const READ_SIZE: usize = 64 << 10;

/// Reads of what was said unasked before a line is typed.
// An appliance that talks without a pause would otherwise keep the line from being typed.
const MAX_PENDING_READS: usize = 64;

// What keys of a terminal send.
const INTERRUPT: &[u8] = b"\x03";
const NEXT_PAGE: &[u8] = b" ";
const ERASE_LINE: &[u8] = b"\x15";
const RETURN: &[u8] = b"\r";

/// An interactive shell, logged in and at a prompt whenever no method runs.
///
/// A method's future that is dropped half-way leaves the shell unusable.
pub struct Shell {
    wire: BoxedWire,
    dialect: Arc<Dialect>,
    clock: Clock,
    buffer: Buffer,
    chunk: Box<[u8]>,
    /// The name in the prompts.
    host: Option<String>,
    /// Whether no other name is accepted in a prompt.
    pinned: bool,
    mode: Mode,
    secret: Option<Secret>,
    usable: bool,
    /// Enters typed while the last reply was awaited, to bring the prompt back.
    enters: u32,
    heard_at: Timestamp,
}

impl std::fmt::Debug for Shell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shell = f.debug_struct("Shell");
        shell.field("host", &self.host).field("mode", &self.mode).field("usable", &self.usable);
        shell.finish_non_exhaustive()
    }
}

impl Shell {
    /// Waits for the first prompt on `wire`. `secret` answers `enable` where it asks for a password.
    /// With a `host`, no other name is accepted in a prompt from the first one on; without one, the name
    /// in the first answered prompt is the only one accepted from there on.
    ///
    /// # Errors
    /// When no prompt comes within 30 s, the prompt shows another name than `host`, or the stream ends.
    pub async fn login(
        wire: BoxedWire,
        dialect: Arc<Dialect>,
        clock: Clock,
        secret: Option<Secret>,
        host: Option<&str>,
    ) -> Result<Self, ShellError> {
        let mut shell = Self {
            wire,
            dialect,
            clock,
            buffer: Buffer::new(REPLY_LIMIT),
            // On the heap: as an array it would be a part of every future that holds a shell.
            chunk: vec![0; READ_SIZE].into_boxed_slice(),
            host: host.map(str::to_owned),
            pinned: host.is_some(),
            mode: Mode::Normal,
            secret,
            usable: true,
            enters: 0,
            heard_at: clock.now(),
        };
        shell.await_prompt(LOGIN_LIMIT, Awaiting::Login).await?;
        Ok(shell)
    }

    /// Waits for a prompt that follows no line.
    async fn await_prompt(&mut self, limit: Duration, awaiting: Awaiting<'_>) -> Result<(), ShellError> {
        match self.settle(Instant::now() + limit, awaiting).await? {
            Some(ReplyEnd::Prompt(mode)) => {
                self.mode = mode;
                Ok(())
            }
            Some(ReplyEnd::OtherPrompt) => Err(self.other_host()),
            _ => Err(ShellError::NoPrompt { partial: clean(self.buffer.bytes()) }),
        }
    }

    /// Bounds the length of a reply, in bytes, and in lines of 64 bytes on average; 64 MiB unless set.
    pub(crate) fn set_reply_limit(&mut self, bytes: usize) {
        self.buffer.limit = bytes;
    }

    pub(crate) fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// Mode of the last prompt.
    pub(crate) const fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether more can be asked. False after the stream ended, or when the prompt was lost.
    pub(crate) const fn is_usable(&self) -> bool {
        self.usable
    }

    /// Types `line` and returns the reply, without echo and prompt.
    ///
    /// # Errors
    /// When no prompt follows within the line's limit (the shell is then interrupted, and usable again
    /// if a prompt came), when the stream ends, when the reply is too long, and when a password is
    /// asked for that was not supplied or not accepted.
    pub async fn ask(&mut self, line: &Approved) -> Result<Reply, ShellError> {
        if !self.usable {
            return Err(ShellError::Closed { partial: Vec::new() });
        }
        // Until the reply is whole: a dropped future leaves a half-typed line or half a reply behind.
        self.usable = false;
        // What was said since the last prompt may have been a prompt of another host.
        self.take_pending()?;
        if self.reply_end(Awaiting::Resync) == Some(ReplyEnd::OtherPrompt) {
            return Err(self.other_host());
        }
        let result = self.converse(line).await;
        match &result {
            Ok(_) => self.usable = true,
            // After these the appliance may still be brought back to its prompt. A prompt of another host is
            // not among them: nothing more is typed into that shell.
            Err(ShellError::TimedOut { .. } | ShellError::NeedsPassword | ShellError::PasswordRefused) => {
                self.usable = self.resync().await.is_ok();
            }
            Err(_) => {}
        }
        result
    }

    async fn converse(&mut self, approved: &Approved) -> Result<Reply, ShellError> {
        let asked_at = self.clock.now();
        let limit = approved.limit();
        // Of the whole reply: an endless pager must not get the limit anew with every page.
        let deadline = Instant::now() + limit;
        let line = approved.line();
        // What was said before the line was typed is no part of its reply.
        self.buffer.clear();
        self.send(&[line.as_bytes(), RETURN], limit).await?;
        // Only `enable` may ask: a log line that ends with `Password:` must not be answered with the secret.
        let mut awaiting = Awaiting::Reply { line, may_ask_password: approved.kind() == Sendable::Enable };
        let mut password_sent = false;
        loop {
            let reply_end = self.settle(deadline, awaiting).await?;
            match reply_end {
                Some(ReplyEnd::Prompt(mode)) => {
                    self.mode = mode;
                    // A prompt that answers a line is real; one in a banner may be text.
                    self.pinned = true;
                    // A wrong password may be answered by the old prompt, without a second question.
                    if password_sent && mode == Mode::Normal {
                        return Err(ShellError::PasswordRefused);
                    }
                    let body = echo::strip(self.body(), line, self.dialect.prompts());
                    return Ok(Reply::new(body.to_vec(), self.heard_at.since(asked_at)));
                }
                Some(ReplyEnd::OtherPrompt) => return Err(self.other_host()),
                // The status line of the page is no part of the reply.
                Some(ReplyEnd::Pager) => {
                    self.buffer.end_page();
                    self.send(&[NEXT_PAGE], limit).await?;
                }
                // Never a second time: repeated wrong passwords could lock the account.
                Some(ReplyEnd::Password) if password_sent => return Err(ShellError::PasswordRefused),
                Some(ReplyEnd::Password) => {
                    let secret = self.secret.clone().ok_or(ShellError::NeedsPassword)?;
                    // Left in the buffer, the question would be found there again and count as a second one.
                    self.buffer.end_page();
                    self.send(&[secret.reveal(), RETURN], limit).await?;
                    password_sent = true;
                    awaiting = Awaiting::Reply { line, may_ask_password: true };
                }
                None => {
                    let partial = clean(self.buffer.bytes());
                    return Err(ShellError::TimedOut { line: line.to_owned(), limit, partial });
                }
            }
        }
    }

    /// Waits while nothing is asked, keeping only the end of whatever the appliance says unasked, such as
    /// messages to all users: it may be a prompt of another host. Returns when the stream ended; may be
    /// given up at any time.
    pub(crate) async fn idle(&mut self) {
        while self.usable {
            // Nothing is awaited between reading and keeping, so a dropped future loses no bytes.
            let read = self.wire.read(&mut self.chunk).await;
            self.take_unasked(read.unwrap_or(0));
        }
    }

    /// Takes in, without waiting, what was said unasked.
    fn take_pending(&mut self) -> Result<(), ShellError> {
        for _ in 0..MAX_PENDING_READS {
            // One poll; a read that is not ready has taken nothing.
            let Some(read) = self.wire.read(&mut self.chunk).now_or_never() else { break };
            let read = read.map_err(|_| self.closed())?;
            if read == 0 {
                return Err(ShellError::Closed { partial: Vec::new() });
            }
            self.take_unasked(read);
        }
        Ok(())
    }

    /// Keeps the end of the first `read` bytes of the chunk; none: the stream has ended.
    fn take_unasked(&mut self, read: usize) {
        // Never set again here: within `ask`, the shell stays unusable until the reply is whole.
        self.usable &= read > 0;
        self.buffer.push_keeping_end(self.chunk.get(..read).unwrap_or_default());
    }

    /// The error of a prompt with another name, which stands at the end of what was received.
    fn other_host(&self) -> ShellError {
        let found = self.last_prompt().map(|(host, _)| host).unwrap_or_default();
        ShellError::OtherHost {
            expected: self.host.clone().unwrap_or_default(),
            found: text::printable_within(found.as_bytes(), 100),
        }
    }

    async fn resync(&mut self) -> Result<(), ShellError> {
        self.send(&[INTERRUPT], RESYNC_LIMIT).await?;
        sleep(INTERRUPT_PAUSE).await;
        // A prompt received before the interruption must not count as the one that follows it.
        self.buffer.clear();
        // Ctrl-U first: Enter must not send what is left of a half-typed line.
        self.send(&[ERASE_LINE, RETURN], RESYNC_LIMIT).await?;
        self.await_prompt(RESYNC_LIMIT, Awaiting::Resync).await
    }

    async fn send(&mut self, parts: &[&[u8]], limit: Duration) -> Result<(), ShellError> {
        // It may be a password; `concat` allocates once, so that no copy of a part is left behind.
        let all = Zeroizing::new(parts.concat());
        let wire = &mut self.wire;
        // A write that is given up may have sent a part of the line; the error ends the shell, so nothing completes it.
        let write = async {
            wire.write_all(&all).await?;
            wire.flush().await
        };
        tokio::select! {
            biased;
            written = write => written.map_err(|_| self.closed()),
            () = sleep(limit) => Err(ShellError::Closed { partial: Vec::new() }),
        }
    }

    fn closed(&self) -> ShellError {
        ShellError::Closed { partial: clean(self.buffer.bytes()) }
    }
}

#[cfg(test)]
mod tests;
