//! Pieces of output written by a thread of its own: a stream that takes nothing must never hold up the recording.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering},
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    thread,
};

/// Hands pieces to the thread that writes them, whole and in order.
#[derive(Clone)]
pub(super) struct BackgroundWriter {
    pieces: SyncSender<Vec<u8>>,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    waiting: AtomicUsize,
    /// The `errno` of the first error; 0: none.
    error: AtomicI32,
    /// What is not written yet is dropped.
    closed: AtomicBool,
}

/// A piece is written in parts of so many bytes: where it is dropped, nothing but the part under way is still written.
const PART: usize = 1024;

impl State {
    fn write(&self, piece: &[u8], out: &mut impl Write) -> io::Result<()> {
        for part in piece.chunks(PART) {
            if self.closed.load(Ordering::Acquire) {
                return Ok(());
            }
            out.write_all(part)?;
        }
        out.flush()
    }

    fn check(&self) -> io::Result<()> {
        match self.error.load(Ordering::Acquire) {
            0 => Ok(()),
            error => Err(io::Error::from_raw_os_error(error)),
        }
    }
}

impl BackgroundWriter {
    /// Starts the thread `name`, which writes to `out`; at most `capacity` pieces wait for it.
    pub(super) fn start(
        name: &str,
        capacity: usize,
        mut out: impl Write + Send + 'static,
    ) -> io::Result<Self> {
        let (pieces, taken) = sync_channel::<Vec<u8>>(capacity);
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        // Not joined at the end: a write to a terminal that takes nothing may never return.
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            for piece in taken {
                // After an error nothing more is written, as there would be a hole; what waits is still counted off.
                let written = shared.check().and_then(|()| shared.write(&piece, &mut out));
                if let Err(error) = written {
                    // 0 stands for no error, so an error without a number is stored as EPIPE.
                    let error = error.raw_os_error().unwrap_or(nix::libc::EPIPE);
                    // Stored before the piece is counted off, so that nobody sees all written and no error.
                    shared.error.store(error, Ordering::Release);
                }
                shared.waiting.fetch_sub(1, Ordering::AcqRel);
            }
        })?;
        Ok(Self { pieces, state })
    }

    /// Hands `piece` over without waiting; gives it back where too many wait or the thread has ended.
    pub(super) fn hand_over(&self, piece: Vec<u8>) -> Result<(), TrySendError<Vec<u8>>> {
        // Counted before it is sent: the thread may write it at once, and would count below 0.
        self.state.waiting.fetch_add(1, Ordering::AcqRel);
        self.pieces.try_send(piece).inspect_err(|_| {
            self.state.waiting.fetch_sub(1, Ordering::AcqRel);
        })
    }

    /// Drops what is not written yet, and what is handed over from now on.
    pub(super) fn close(&self) {
        self.state.closed.store(true, Ordering::Release);
    }

    /// Writes again what is handed over. Only once nothing waits: the rest of a dropped piece would follow.
    pub(super) fn open(&self) {
        self.state.closed.store(false, Ordering::Release);
    }

    /// Pieces handed over and not yet written.
    pub(super) fn waiting(&self) -> usize {
        self.state.waiting.load(Ordering::Acquire)
    }

    /// The first error of the stream, if there was one.
    pub(super) fn check(&self) -> io::Result<()> {
        self.state.check()
    }
}
