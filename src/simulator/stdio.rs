//! A session on the process's own standard input and output, as behind sshd: raw mode, window
//! size, `SSH_ORIGINAL_COMMAND` and hang-up. Everything else is the session's.

use std::{
    env,
    io::{self, IsTerminal as _, Read as _},
    pin::Pin,
    task::{Context, Poll, ready},
};

use nix::sys::termios::{self, SetArg, Termios};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf, Stdout},
    signal::unix::{SignalKind, signal},
    sync::mpsc,
};

use super::{
    cli::{SessionEnd, SessionOptions, Terminal, serve},
    shared::SharedWorld,
};
use crate::run::Role;

/// Serves a session of the appliance `role` on standard input and output until it ends, the input
/// ends, or the process is hung up on or told to end.
///
/// A terminal is put into raw mode for that time. `label` names the session in the record of
/// received lines. Needs a runtime with its time and I/O drivers enabled.
///
/// # Errors
/// If the terminal cannot be put into raw mode, or reading, writing or the state folder fails.
pub async fn run(world: SharedWorld, role: Role, label: String) -> io::Result<SessionEnd> {
    let terminal = terminal();
    let remote_command = env::var("SSH_ORIGINAL_COMMAND").ok().filter(|command| !command.is_empty());
    let options = SessionOptions { role, label, terminal, remote_command };
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let _raw = if terminal == Terminal::None { None } else { Some(RawMode::enter()?) };
    let session = serve(Stdio::open(), world, options);
    let end = tokio::select! {
        biased;
        _ = hang_up.recv() => Ok(SessionEnd::LoggedOut),
        _ = terminate.recv() => Ok(SessionEnd::LoggedOut),
        end = session => end,
    };
    match end {
        // The peer is gone, which is how most sessions end.
        Err(error) if matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset) => {
            Ok(SessionEnd::LoggedOut)
        }
        end => end,
    }
}

fn terminal() -> Terminal {
    if !io::stdin().is_terminal() {
        return Terminal::None;
    }
    match env::var("TERM").as_deref() {
        Ok("dumb" | "") | Err(_) => Terminal::Dumb,
        Ok(_) => {
            let (columns, rows) = crossterm::terminal::size().unwrap_or((80, 24));
            Terminal::Vt100 { columns, rows }
        }
    }
}

/// Raw mode of the terminal on standard input, for as long as this lives.
struct RawMode(Termios);

impl RawMode {
    fn enter() -> io::Result<Self> {
        let before = termios::tcgetattr(io::stdin())?;
        let mut raw = before.clone();
        termios::cfmakeraw(&mut raw);
        termios::tcsetattr(io::stdin(), SetArg::TCSANOW, &raw)?;
        Ok(Self(before))
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        // After a hang-up there is no terminal left to restore.
        let _ = termios::tcsetattr(io::stdin(), SetArg::TCSADRAIN, &self.0);
    }
}

/// Standard input and output as one stream.
///
/// The input is read by a thread of its own, which does not keep the runtime from ending as
/// tokio's own standard input does.
struct Stdio {
    input: mpsc::Receiver<Vec<u8>>,
    rest: Vec<u8>,
    output: Stdout,
}

impl Stdio {
    fn open() -> Self {
        let (sender, input) = mpsc::channel(16);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            let mut stdin = io::stdin().lock();
            loop {
                let count = match stdin.read(&mut bytes) {
                    Ok(count) => count,
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    // A hung-up terminal reads as an error: the input is over.
                    Err(_) => 0,
                };
                let read = bytes.get(..count).unwrap_or_default();
                if read.is_empty() || sender.blocking_send(read.to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { input, rest: Vec::new(), output: tokio::io::stdout() }
    }
}

impl AsyncRead for Stdio {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.rest.is_empty() {
            // `None`: the reading thread has ended, and with it the input.
            self.rest = ready!(self.input.poll_recv(cx)).unwrap_or_default();
        }
        let count = self.rest.len().min(buf.remaining());
        let taken: Vec<u8> = self.rest.drain(..count).collect();
        buf.put_slice(&taken);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stdio {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.output).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.output).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.output).poll_shutdown(cx)
    }
}
