//! Frames on their way to the terminal, through a thread of their own: a terminal that takes no
//! bytes (a suspended laptop at the far end) must never hold up the recording.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::Duration,
};

use crate::outlet;

/// How long a busy terminal is waited for: it may be at the far end of a slow line.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long it then has to let go of what was thrown away.
const LETTING_GO: Duration = Duration::from_millis(250);

/// How long a sentence waits for whoever reads standard error.
const SENTENCE: Duration = Duration::from_secs(1);

/// Says a sentence on standard error, which may be a terminal that takes nothing.
///
/// # Errors
/// It was not taken.
pub(super) fn say_on_error(sentence: &str) -> io::Result<()> {
    let line = format!("drwatch: {}\n", outlet::line(sentence));
    outlet::write_within(outlet::Stream::Error, line.into_bytes(), SENTENCE)
}

/// How often it is looked.
const LOOK: Duration = Duration::from_millis(1);

/// Collects one frame's bytes and hands them over when flushed.
///
/// A frame may be drawn only while [`FrameSink::is_idle`]: what was handed over is always written
/// whole and in order, so the differences that frames consist of stay true.
#[derive(Clone)]
pub(super) struct FrameSink {
    frame: Vec<u8>,
    frames: SyncSender<Vec<u8>>,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    busy: AtomicBool,
    failed: AtomicBool,
}

impl FrameSink {
    /// Starts the thread that writes to `terminal`.
    pub(super) fn new(mut terminal: impl Write + Send + 'static) -> io::Result<Self> {
        let (frames, waiting) = sync_channel::<Vec<u8>>(1);
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::Builder::new().name("terminal".to_owned()).spawn(move || {
            for frame in waiting {
                if terminal.write_all(&frame).and_then(|()| terminal.flush()).is_err() {
                    shared.failed.store(true, Ordering::Release);
                }
                shared.busy.store(false, Ordering::Release);
            }
        })?;
        Ok(Self { frame: Vec::new(), frames, state })
    }

    /// Whether the last frame is on the terminal.
    pub(super) fn is_idle(&self) -> bool {
        !self.state.busy.load(Ordering::Acquire)
    }

    /// Waits until the last frame is on the terminal, so that nothing of it lands on the engineer's shell. A
    /// terminal that takes nothing loses what is still on its way.
    pub(super) fn settle(&self) {
        if !self.is_idle_within(PATIENCE) {
            outlet::discard_pending();
            self.is_idle_within(LETTING_GO);
        }
    }

    fn is_idle_within(&self, limit: Duration) -> bool {
        let mut left = limit;
        while !self.is_idle() && left > Duration::ZERO {
            thread::sleep(LOOK);
            left = left.saturating_sub(LOOK);
        }
        self.is_idle()
    }

    /// Whether the terminal refused bytes: it is gone.
    pub(super) fn has_failed(&self) -> bool {
        self.state.failed.load(Ordering::Acquire)
    }
}

impl Write for FrameSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        self.state.busy.store(true, Ordering::Release);
        match self.frames.try_send(std::mem::take(&mut self.frame)) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(frame)) => {
                // Kept: it goes out in front of the next one.
                self.frame = frame;
                Ok(())
            }
            Err(TrySendError::Disconnected(_)) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}
