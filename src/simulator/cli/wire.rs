//! The peer of a session as bytes: what it typed and what it is shown. Knows line ends and
//! interruption, but no command.

use std::{collections::VecDeque, future::Future, io, time::Duration};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::options::Terminal;
use crate::clock::Clock;

/// Bytes typed ahead that are kept; beyond it they wait in the stream.
const MAX_TYPED_AHEAD: usize = 64 * 1024;
const CTRL_C: u8 = 0x03;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    Done,
    Interrupted,
    Gone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    Byte(u8),
    Idle,
    Gone,
}

pub(super) struct Wire<Io> {
    io: Io,
    terminal: Terminal,
    clock: Clock,
    typed: VecDeque<u8>,
    gone: bool,
}

impl<Io: AsyncRead + AsyncWrite + Unpin> Wire<Io> {
    pub(super) const fn new(io: Io, terminal: Terminal, clock: Clock) -> Self {
        Self { io, terminal, clock, typed: VecDeque::new(), gone: false }
    }

    /// Writes text; a terminal gets its line ends as CR LF.
    pub(super) async fn say(&mut self, text: &str) -> io::Result<()> {
        match self.terminal {
            Terminal::None => self.show(text.as_bytes()).await,
            Terminal::Vt100 { .. } | Terminal::Dumb => self.show(text.replace('\n', "\r\n").as_bytes()).await,
        }
    }

    /// Writes bytes as they are.
    pub(super) async fn show(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.io.write_all(bytes).await?;
        self.io.flush().await
    }

    /// The next byte typed, waiting at most `limit` for it.
    pub(super) async fn byte(&mut self, limit: Option<Duration>) -> io::Result<Typed> {
        loop {
            if let Some(byte) = self.typed.pop_front() {
                return Ok(Typed::Byte(byte));
            }
            if self.gone {
                return Ok(Typed::Gone);
            }
            let clock = self.clock;
            // Input before the limit: a byte that has come is
            // no idleness. A dropped `read` has taken nothing.
            tokio::select! {
                biased;
                read = self.read() => read?,
                () = clock.sleep(limit.unwrap_or_default()), if limit.is_some() => return Ok(Typed::Idle),
            }
        }
    }

    /// Waits for `event`, unless Ctrl-C is typed at a terminal or the peer goes away before.
    /// Other bytes typed meanwhile are kept.
    pub(super) async fn wait(&mut self, event: impl Future<Output = ()>) -> io::Result<Waited> {
        tokio::pin!(event);
        loop {
            if self.interrupted() {
                return Ok(Waited::Interrupted);
            }
            if self.gone {
                return Ok(Waited::Gone);
            }
            // Not read any further then, so that a peer that types without end is held by its own stream
            // and takes no memory here.
            let full = self.typed.len() >= MAX_TYPED_AHEAD;
            // Input first, so that Ctrl-C breaks off a command even while its event is ready.
            tokio::select! {
                biased;
                read = self.read(), if !full => read?,
                () = &mut event => return Ok(Waited::Done),
            }
        }
    }

    async fn read(&mut self) -> io::Result<()> {
        let mut bytes = [0; 1024];
        let count = self.io.read(&mut bytes).await?;
        self.gone = count == 0;
        self.typed.extend(bytes.iter().take(count));
        Ok(())
    }

    /// Takes Ctrl-C and everything typed before it.
    fn interrupted(&mut self) -> bool {
        // Without a terminal nothing turns the byte 3 into an interrupt.
        if self.terminal == Terminal::None {
            return false;
        }
        let place = self.typed.iter().position(|byte| *byte == CTRL_C);
        if let Some(place) = place {
            self.typed.drain(..=place);
        }
        place.is_some()
    }
}
