//! Writes that come to an end though the reader takes nothing: a terminal stopped by a suspended laptop, a
//! pipe that nobody reads. What is under way when the time is over stays with a thread that ends with the
//! process.

use std::{
    fs::File,
    io::{self, Write as _},
    os::fd::{AsFd as _, BorrowedFd},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{RecvTimeoutError, sync_channel},
    },
    thread,
    time::Duration,
};

use nix::sys::termios::{FlowArg, FlushArg, tcflow, tcflush};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    Output,
    Error,
}

/// A stream that took nothing for its whole time is not waited for again.
static OUTPUT_STUCK: AtomicBool = AtomicBool::new(false);
static ERROR_STUCK: AtomicBool = AtomicBool::new(false);

impl Stream {
    const fn stuck(self) -> &'static AtomicBool {
        match self {
            Self::Output => &OUTPUT_STUCK,
            Self::Error => &ERROR_STUCK,
        }
    }

    /// The stream itself and not the one of the standard library, whose lock a blocked writer may hold.
    pub(crate) fn file(self) -> io::Result<File> {
        let owned = match self {
            Self::Output => io::stdout().as_fd().try_clone_to_owned(),
            Self::Error => io::stderr().as_fd().try_clone_to_owned(),
        };
        owned.map(File::from)
    }
}

/// Writes `bytes`, but waits no longer than `limit` for them to be taken: [`io::ErrorKind::TimedOut`] where they were not,
/// now or before.
pub(crate) fn write_within(stream: Stream, bytes: Vec<u8>, limit: Duration) -> io::Result<()> {
    write(stream, bytes, limit, None)
}

/// The same, but of a terminal that takes nothing what it holds already is thrown away, and `limit` waited for
/// once more: a terminal may be given back, though it does not show all that came before. `bytes` may then come twice.
pub(crate) fn write_or_discard_within(stream: Stream, bytes: Vec<u8>, limit: Duration) -> io::Result<()> {
    write(stream, bytes, limit, Some(discard_pending))
}

fn write(stream: Stream, bytes: Vec<u8>, limit: Duration, discard: Option<fn()>) -> io::Result<()> {
    if stream.stuck().load(Ordering::Acquire) {
        return Err(io::ErrorKind::TimedOut.into());
    }
    let mut file = stream.file()?;
    // The thread owns file and bytes, as it may outlive this call: a blocked write(2) cannot be taken back.
    let has_discarded = Arc::new(AtomicBool::new(false));
    let discarded = Arc::clone(&has_discarded);
    let work = move || {
        file.write_all(&bytes)?;
        // The beginning may have been among what was thrown away, so that all has to be written again.
        if discarded.load(Ordering::Acquire) { file.write_all(&bytes) } else { Ok(()) }
    };
    let answer = within(limit, work, || {
        if let Some(discard) = discard {
            has_discarded.store(true, Ordering::Release);
            discard();
        }
    });
    let is_stuck = answer.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::TimedOut);
    stream.stuck().store(is_stuck, Ordering::Release);
    answer
}

/// Waits for `work`, for `limit` at most; then makes room for it, and waits once more.
fn within(
    limit: Duration,
    work: impl FnOnce() -> io::Result<()> + Send + 'static,
    make_room: impl FnOnce(),
) -> io::Result<()> {
    // Room for one answer, so that a late thread ends without anybody to receive it.
    let (done, answer) = sync_channel(1);
    thread::Builder::new().name("last words".to_owned()).spawn(move || {
        // Nobody waits for it any more where this fails.
        let _ = done.send(work());
    })?;
    let taken = answer.recv_timeout(limit).or_else(|missing| {
        make_room();
        if missing == RecvTimeoutError::Timeout { answer.recv_timeout(limit) } else { Err(missing) }
    });
    match taken {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout) => Err(io::ErrorKind::TimedOut.into()),
        Err(RecvTimeoutError::Disconnected) => Err(io::ErrorKind::BrokenPipe.into()),
    }
}

/// Throws away what a terminal has not taken yet, so that a write that it holds up comes to an end and there
/// is room for what gives the terminal back.
pub(crate) fn discard_pending() {
    discard_pending_of(io::stdout().as_fd());
}

fn discard_pending_of(terminal: BorrowedFd<'_>) {
    // None of these is possible on a pipe, nor needed there. Discarding alone does not wake a blocked writer
    // on Linux, which holds the lock that every other write waits for; suspended output that goes on does
    // (`__start_tty` calls `tty_wakeup`, `pty_flush_buffer` does not).
    let _ = tcflow(terminal, FlowArg::TCOOFF);
    let _ = tcflush(terminal, FlushArg::TCOFLUSH);
    let _ = tcflow(terminal, FlowArg::TCOON);
}

#[cfg(test)]
mod tests {
    use nix::pty::openpty;

    use super::*;

    #[test]
    fn a_write_that_nobody_takes_comes_to_an_end() {
        let (reader, mut writer) = io::pipe().unwrap();
        let answer = within(Duration::from_millis(20), move || writer.write_all(&vec![0; 1 << 20]), || {});
        assert_eq!(answer.unwrap_err().kind(), io::ErrorKind::TimedOut);
        drop(reader);
        let (reader, mut writer) = io::pipe().unwrap();
        within(Duration::from_secs(30), move || writer.write_all(b"taken"), || {}).unwrap();
        drop(reader);
    }

    #[test]
    fn a_write_held_up_by_a_terminal_ends_once_what_it_holds_is_thrown_away() {
        let terminal = openpty(None, None).unwrap();
        let mut slave = File::from(terminal.slave.try_clone().unwrap());
        let (done, answer) = sync_channel(1);
        // Many times what a terminal takes that nobody reads.
        thread::spawn(move || done.send(slave.write_all(&vec![b'x'; 100_000])));
        let taken = (0..10_000).find_map(|_| {
            discard_pending_of(terminal.slave.as_fd());
            answer.recv_timeout(Duration::from_millis(2)).ok()
        });
        taken.expect("the write is not held up for good").unwrap();
    }
}
