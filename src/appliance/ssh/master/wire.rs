//! One interactive shell on the appliance: a terminal channel over a master's control socket, as
//! plain bytes.

use std::{
    borrow::Cow,
    future::Future,
    io,
    os::fd::{AsRawFd, OwnedFd},
    path::Path,
    pin::Pin,
    task::{Context, Poll},
};

use nix::{
    fcntl::{FcntlArg, FdFlag, OFlag, fcntl},
    pty::{Winsize, openpty},
    sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr},
};
use openssh_mux_client::{Connection, Error as MuxError, NonZeroByteSlice, Session, SessionStatus};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::unix::pipe::{Receiver, Sender},
};

/// Size of the terminal the appliance sees. The line editor wraps what it echoes at the margin, and
/// the pager stops at the last row.
// Wide enough that a line that the gate lets through, 200 bytes at most, is echoed without a wrap.
const WINDOW: Winsize = Winsize { ws_row: 1000, ws_col: 511, ws_xpixel: 0, ws_ypixel: 0 };

/// A kind of terminal for which the line editor of the appliance prints a prompt.
// Fixed, because drwatch may itself run with `TERM=dumb`, for which the editor prints none.
const TERMINAL: &[u8] = b"vt100";

/// The bytes of a shell. Dropping it ends the shell.
pub(in crate::appliance::ssh) struct ShellWire {
    output: Receiver,
    input: Sender,
    ending: Option<Ending>,
}

/// Resolves when the channel's state changes. Holds the connection that keeps the channel open.
type Ending = Pin<Box<dyn Future<Output = Result<SessionStatus, MuxError>> + Send>>;

impl ShellWire {
    /// Opens a shell on the master that listens at `socket`.
    pub(in crate::appliance::ssh) async fn open(socket: &Path) -> io::Result<Self> {
        let (input, terminal) = local_terminal()?;
        let (output, remote_output) = io::pipe()?;
        // Past the `openssh` crate, whose own sessions never have a terminal: without one, the line editor
        // prints no prompt. The command is empty, which asks for the login shell: this family of appliances
        // usually refuses others.
        let session = Session::builder()
            .tty(true)
            .term(Cow::Borrowed(text(TERMINAL)?))
            .cmd(Cow::Borrowed(text(b"")?))
            .build();
        // Input is a terminal, whose modes and size ssh copies; output is a pipe, so that no local terminal changes bytes.
        let files = [terminal.as_raw_fd(), remote_output.as_raw_fd(), remote_output.as_raw_fd()];
        let connection = Connection::connect(socket).await.map_err(into_io)?;
        let established = connection.open_new_session(&session, &files).await.map_err(into_io)?;
        // Only now: ssh has copied the terminal's modes to the remote one, where Ctrl-C must work.
        make_transparent(&terminal)?;
        Ok(Self {
            output: Receiver::from_owned_fd(output.into())?,
            input,
            ending: Some(Box::pin(async { established.wait().await.map_err(|(error, _)| error) })),
        })
    }

    /// Notices that the appliance gives no terminal, without which it would print no prompt.
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let Some(ending) = &mut self.ending else { return Ok(()) };
        match ending.as_mut().poll(context) {
            Poll::Pending => Ok(()),
            Poll::Ready(Ok(SessionStatus::TtyAllocFail(_))) => {
                // A future that has resolved must not be polled again.
                self.ending = None;
                Err(io::Error::other("the appliance gives no terminal to this login"))
            }
            // What was still said is read to its end.
            Poll::Ready(Ok(SessionStatus::Exited { .. }) | Err(_)) => {
                self.ending = None;
                Ok(())
            }
        }
    }
}

impl AsyncRead for ShellWire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // How the channel ends is noticed only by polling it, and a read is always pending.
        self.check(context)?;
        Pin::new(&mut self.output).poll_read(context, buffer)
    }
}

impl AsyncWrite for ShellWire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.input).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.input).poll_flush(context)
    }

    /// A terminal has no half-closed state: the shell ends when the wire is dropped.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.input).poll_flush(context)
    }
}

/// A pseudo-terminal: our end to write to, and the end that `ssh` reads from and copies modes and
/// window size of. With a pipe in its place the remote terminal would get no modes at all.
fn local_terminal() -> io::Result<(Sender, OwnedFd)> {
    let pair = openpty(&WINDOW, None)?;
    // A child process that inherited an end would keep the terminal open after the shell.
    for end in [&pair.master, &pair.slave] {
        fcntl(end, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    }
    // tokio can wait only for a descriptor that does not block.
    fcntl(&pair.master, FcntlArg::F_SETFL(OFlag::O_RDWR | OFlag::O_NONBLOCK))?;
    // Unchecked, because a pseudo-terminal is no pipe; it is written to like one.
    Ok((Sender::from_owned_fd_unchecked(pair.master)?, pair.slave))
}

fn make_transparent(terminal: &OwnedFd) -> io::Result<()> {
    let mut modes = tcgetattr(terminal)?;
    cfmakeraw(&mut modes);
    tcsetattr(terminal, SetArg::TCSANOW, &modes)?;
    Ok(())
}

fn text(bytes: &'static [u8]) -> io::Result<&'static NonZeroByteSlice> {
    NonZeroByteSlice::new(bytes).ok_or_else(|| io::ErrorKind::InvalidInput.into())
}

fn into_io(error: MuxError) -> io::Error {
    match error {
        MuxError::IOError(error) => error,
        error => io::Error::other(error),
    }
}
