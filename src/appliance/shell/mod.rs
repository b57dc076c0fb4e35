//! One interactive shell over any byte stream: typing an approved line and framing its reply by the
//! prompt. What replies mean is the client's business; how to get a byte stream the transport's.
//!
//! Only the unterminated last line, cleaned of escape sequences, can be a prompt, and only when
//! nothing follows it for a moment: prompt look-alikes inside a reply are followed by more.

mod buffer;
mod clean;
mod echo;
mod error;
mod follow;
mod reply;
mod secret;
mod session;

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::sleep,
};
use zeroize::Zeroizing;

use self::buffer::{Buffer, TooLong};
pub use self::{
    clean::clean,
    error::ShellError,
    follow::Following,
    reply::Reply,
    secret::{Secret, SecretError},
};
use super::{
    gate::{Approved, Sendable},
    transport::BoxedWire,
};
use crate::{
    clock::Clock,
    dialect::{Dialect, Mode},
    run::At,
};

/// How long nothing may follow a prompt for it to be one.
const SILENCE: Duration = Duration::from_millis(30);

/// The same where the echo of the typed line has not been seen: the prompt may be a late one that
/// belongs to something typed before.
const SILENCE_WITHOUT_ECHO: Duration = Duration::from_millis(500);

/// How long a login may take until its first prompt.
const LOGIN_LIMIT: Duration = Duration::from_secs(30);

/// Between Ctrl-C and what follows it, so that a pager or program has let go of the terminal.
const INTERRUPT_PAUSE: Duration = Duration::from_millis(150);

/// How long an interrupted shell may take to show a prompt again.
const RESYNC_LIMIT: Duration = Duration::from_secs(5);

/// Longest reply kept, unless another bound is set.
const REPLY_LIMIT: usize = 64 << 20;

const READ_SIZE: usize = 64 << 10;

/// Keys that are no line: to interrupt, to leave a pager's page, to clear a half-typed line.
#[derive(Clone, Copy, Debug)]
enum Key {
    Interrupt,
    NextPage,
    EraseLine,
    Return,
}

impl Key {
    const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Interrupt => b"\x03",
            Self::NextPage => b" ",
            Self::EraseLine => b"\x15",
            Self::Return => b"\r",
        }
    }
}

/// What stands at the end of what was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Prompt(Mode),
    Pager,
    Password,
}

/// What the shell waits for.
#[derive(Clone, Copy, Debug)]
enum Awaiting<'a> {
    /// The first prompt; whatever comes before it is a banner.
    Login,
    /// The reply to a line.
    Reply { line: &'a str, may_ask_password: bool },
    /// Any prompt, after an interruption.
    Resync,
}

/// An interactive shell, logged in and at a prompt whenever no method runs.
///
/// A method's future that is dropped half-way leaves the shell unusable.
pub struct Shell {
    wire: BoxedWire,
    dialect: Arc<Dialect>,
    clock: Clock,
    buffer: Buffer,
    chunk: Box<[u8]>,
    host: Option<String>,
    pinned: bool,
    mode: Mode,
    secret: Option<Secret>,
    usable: bool,
    heard_at: At,
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
    ///
    /// # Errors
    /// When no prompt comes within 30 s, or the stream ends.
    pub async fn login(
        wire: BoxedWire,
        dialect: Arc<Dialect>,
        clock: Clock,
        secret: Option<Secret>,
    ) -> Result<Self, ShellError> {
        let mut shell = Self {
            wire,
            dialect,
            clock,
            buffer: Buffer::new(REPLY_LIMIT),
            chunk: vec![0; READ_SIZE].into_boxed_slice(),
            host: None,
            pinned: false,
            mode: Mode::Normal,
            secret,
            usable: true,
            heard_at: clock.now(),
        };
        match shell.settle(LOGIN_LIMIT, Awaiting::Login).await? {
            Some(Standing::Prompt(mode)) => {
                shell.mode = mode;
                Ok(shell)
            }
            _ => Err(ShellError::NoPrompt { partial: clean(shell.buffer.bytes()) }),
        }
    }

    /// Bounds the length of a reply, in bytes; 64 MiB unless set.
    pub fn set_reply_limit(&mut self, bytes: usize) {
        self.buffer.set_limit(bytes);
    }

    /// Host name in the prompt.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// Mode of the last prompt.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether more can be asked. False after the stream ended, or when the prompt was lost.
    #[must_use]
    pub const fn is_usable(&self) -> bool {
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
        self.usable = false;
        let result = self.converse(line).await;
        match &result {
            Ok(_) => self.usable = true,
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
        let line = approved.line();
        self.buffer.clear();
        self.send(line.as_bytes(), Key::Return, limit).await?;
        let mut awaiting = Awaiting::Reply { line, may_ask_password: approved.kind() == Sendable::Enable };
        let mut password_sent = false;
        loop {
            let standing = self.settle(limit, awaiting).await?;
            match standing {
                Some(Standing::Prompt(mode)) => {
                    self.mode = mode;
                    self.pinned = true;
                    if password_sent && mode == Mode::Normal {
                        return Err(ShellError::PasswordRefused);
                    }
                    let (body, _) = self.buffer.split_last_line();
                    let body = echo::strip(body, line, self.dialect.prompts());
                    return Ok(Reply::new(body.to_vec(), self.heard_at.since(asked_at)));
                }
                Some(Standing::Pager) => {
                    self.buffer.end_page();
                    self.send(Key::NextPage.bytes(), None, limit).await?;
                }
                Some(Standing::Password) if password_sent => return Err(ShellError::PasswordRefused),
                Some(Standing::Password) => {
                    let secret = self.secret.clone().ok_or(ShellError::NeedsPassword)?;
                    self.buffer.end_page();
                    self.send(secret.reveal(), Key::Return, limit).await?;
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

    /// Waits while nothing is asked, dropping whatever the appliance says unasked, such as messages to
    /// all users. Returns when the stream ended; may be given up at any time.
    pub async fn idle(&mut self) {
        while self.usable {
            let read = self.wire.read(&mut self.chunk).await;
            self.usable = read.is_ok_and(|read| read > 0);
        }
    }

    async fn resync(&mut self) -> Result<(), ShellError> {
        self.send(Key::Interrupt.bytes(), None, RESYNC_LIMIT).await?;
        sleep(INTERRUPT_PAUSE).await;
        self.buffer.clear();
        self.send(Key::EraseLine.bytes(), Key::Return, RESYNC_LIMIT).await?;
        match self.settle(RESYNC_LIMIT, Awaiting::Resync).await? {
            Some(Standing::Prompt(mode)) => {
                self.mode = mode;
                Ok(())
            }
            _ => Err(ShellError::NoPrompt { partial: Vec::new() }),
        }
    }

    async fn send(
        &mut self,
        bytes: &[u8],
        end: impl Into<Option<Key>>,
        limit: Duration,
    ) -> Result<(), ShellError> {
        // It may be a password.
        let mut all = Zeroizing::new(Vec::with_capacity(bytes.len() + 8));
        all.extend_from_slice(bytes);
        all.extend_from_slice(end.into().map_or(&[][..], Key::bytes));
        let wire = &mut self.wire;
        let write = async {
            wire.write_all(&all).await?;
            wire.flush().await
        };
        tokio::select! {
            biased;
            written = write => written.map_err(|error| self.closed(&error)),
            () = sleep(limit) => Err(ShellError::Closed { partial: Vec::new() }),
        }
    }

    /// Reads until something that ends a reply stands at the end and stays there. `None`: the time is up.
    async fn settle(
        &mut self,
        limit: Duration,
        awaiting: Awaiting<'_>,
    ) -> Result<Option<Standing>, ShellError> {
        let deadline = sleep(limit);
        tokio::pin!(deadline);
        loop {
            let standing = self.standing(awaiting);
            let silence = self.silence_for(standing, awaiting);
            let wait = async {
                match silence {
                    Some(silence) => sleep(silence).await,
                    None => std::future::pending().await,
                }
            };
            let read = tokio::select! {
                biased;
                () = &mut deadline => return Ok(None),
                read = self.wire.read(&mut self.chunk) => read,
                () = wait => {
                    self.adopt_host();
                    return Ok(standing);
                }
            };
            let read = read.map_err(|error| self.closed(&error))?;
            if read == 0 {
                return Err(ShellError::Closed { partial: clean(self.buffer.bytes()) });
            }
            self.heard_at = self.clock.now();
            let chunk = self.chunk.get(..read).unwrap_or_default();
            if matches!(awaiting, Awaiting::Login | Awaiting::Resync) {
                self.buffer.push_keeping_end(chunk);
            } else if let Err(TooLong { limit }) = self.buffer.push(chunk) {
                return Err(ShellError::TooLong { limit });
            }
        }
    }

    fn standing(&self, awaiting: Awaiting<'_>) -> Option<Standing> {
        let line = String::from_utf8_lossy(&clean(self.buffer.last_line()?)).into_owned();
        if let Some((host, mode)) = self.dialect.prompts().read(&line) {
            let expected = !self.pinned || self.host.as_deref() == Some(host);
            return expected.then_some(Standing::Prompt(mode));
        }
        let Awaiting::Reply { may_ask_password, .. } = awaiting else { return None };
        let interruptions = self.dialect.interruptions();
        if may_ask_password && interruptions.password.is_match(&line) {
            return Some(Standing::Password);
        }
        interruptions.pager.is_match(&line).then_some(Standing::Pager)
    }

    fn silence_for(&self, standing: Option<Standing>, awaiting: Awaiting<'_>) -> Option<Duration> {
        standing?;
        let is_late = match (standing, awaiting) {
            (Some(Standing::Prompt(_)), Awaiting::Reply { line, .. }) => {
                !echo::is_in(self.buffer.bytes(), line, self.dialect.prompts())
            }
            _ => false,
        };
        Some(if is_late { SILENCE_WITHOUT_ECHO } else { SILENCE })
    }

    /// Until a first reply has pinned it, the host is that of the latest prompt.
    fn adopt_host(&mut self) {
        if self.pinned {
            return;
        }
        let line = self.buffer.last_line().map(clean).unwrap_or_default();
        let line = String::from_utf8_lossy(&line);
        if let Some((host, _)) = self.dialect.prompts().read(&line) {
            self.host = Some(host.to_owned());
        }
    }

    fn closed(&self, _error: &io::Error) -> ShellError {
        ShellError::Closed { partial: clean(self.buffer.bytes()) }
    }
}

#[cfg(test)]
mod tests;
