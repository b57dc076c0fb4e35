//! A session on the process's own standard input and output, as behind sshd: raw mode, window
//! size, `SSH_ORIGINAL_COMMAND` and hang-up. Everything else is the session's.

use std::{
    env,
    io::{self, IsTerminal as _, Read as _},
};

use nix::sys::termios::{self, SetArg, Termios};
use tokio::{
    io::{AsyncWriteExt as _, DuplexStream},
    runtime::Handle,
    signal::unix::{SignalKind, signal},
};

use super::{
    cli::{SessionEnd, SessionOptions, Terminal, serve},
    shared::SharedWorld,
};
use crate::run::Role;

/// Serves a session of the appliance `role` on standard input and output until it ends, the input
/// ends, or the process gets a hang-up or TERM. `label` names the session in the record of received lines.
pub(crate) async fn run(world: SharedWorld, role: Role, label: String) -> io::Result<SessionEnd> {
    let terminal = terminal();
    let remote_command = env::var("SSH_ORIGINAL_COMMAND").ok().filter(|command| !command.is_empty());
    let options = SessionOptions { role, label, terminal, remote_command };
    // Taken before raw mode is entered: a signal in between would end the process
    // with the terminal still raw.
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let _raw = if terminal == Terminal::None { None } else { Some(RawMode::enter()?) };
    let session = serve(tokio::io::join(standard_input(), tokio::io::stdout()), world, options);
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
        // libtecla prints no prompt on a terminal that cannot move its cursor.
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

/// Standard input, read by a thread of its own: tokio's reads on a thread that the runtime waits for when it
/// ends, which would last until the next key. Must be called on the runtime.
fn standard_input() -> DuplexStream {
    let (input, mut typed) = tokio::io::duplex(64 * 1024);
    let runtime = Handle::current();
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        let mut stdin = io::stdin().lock();
        loop {
            let read = match stdin.read(&mut bytes) {
                Ok(count) => bytes.get(..count).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                // A hung-up terminal reads as an error: the input is over.
                Err(_) => break,
            };
            if read.is_empty() || runtime.block_on(typed.write_all(read)).is_err() {
                break;
            }
        }
    });
    input
}
