//! Frames on their way to the terminal, which may take no bytes (a suspended laptop at the far end), and sentences on
//! their way to standard error.

use std::{
    io::{self, Write},
    sync::mpsc::TrySendError,
    thread,
    time::Duration,
};

use super::background_writer::BackgroundWriter;
use crate::{
    text,
    timed_write::{Stream, discard_pending, write_within},
};

/// How long a busy terminal is waited for: it may be at the far end of a slow line.
const SETTLE_TIMEOUT: Duration = Duration::from_millis(500);

/// How long its pending bytes are then discarded again and again.
const DISCARD_TIMEOUT: Duration = Duration::from_millis(250);

const DISCARD_INTERVAL: Duration = Duration::from_millis(10);

/// How long a sentence waits for whoever reads standard error.
const SENTENCE_TIMEOUT: Duration = Duration::from_secs(1);

/// Says a sentence on standard error, which may be a terminal that takes nothing.
pub(crate) fn say_on_error(sentence: &str) -> io::Result<()> {
    let line = format!("drwatch: {}\n", text::line(sentence));
    write_within(Stream::Error, line.into_bytes(), SENTENCE_TIMEOUT)
}

/// Time between two checks whether the terminal is idle.
const CHECK_INTERVAL: Duration = Duration::from_millis(1);

/// Collects one frame's bytes and hands them over when flushed.
///
/// A frame may be drawn only while [`FrameSink::is_idle`]: until the sink is closed, what was handed over is always
/// written whole and in order, so the differences that frames consist of stay true.
#[derive(Clone)]
pub(crate) struct FrameSink {
    frame: Vec<u8>,
    writer: BackgroundWriter,
}

impl FrameSink {
    pub(crate) fn new(terminal: impl Write + Send + 'static) -> io::Result<Self> {
        // One frame on its way and none behind it: a slow terminal shows fewer frames, but no old ones.
        Ok(Self { frame: Vec::new(), writer: BackgroundWriter::start("terminal", 1, terminal)? })
    }

    /// Whether the last frame is on the terminal.
    pub(crate) fn is_idle(&self) -> bool {
        self.writer.waiting() == 0
    }

    /// Waits until the last frame is on the terminal, and takes no further one, so that nothing of them lands on the
    /// engineer's shell. A terminal that takes nothing loses what is still on its way.
    pub(crate) fn close(&self) {
        let is_idle = self.is_idle_within(SETTLE_TIMEOUT);
        self.writer.close();
        if is_idle {
            return;
        }
        // Each time there is room for a part of the frame; after the last time, for what follows it.
        let mut left = DISCARD_TIMEOUT;
        discard_pending();
        while !self.is_idle_within(DISCARD_INTERVAL) && left > Duration::ZERO {
            left = left.saturating_sub(DISCARD_INTERVAL);
            discard_pending();
        }
        discard_pending();
    }

    /// Takes frames again.
    pub(crate) fn open(&self) {
        self.writer.open();
    }

    fn is_idle_within(&self, limit: Duration) -> bool {
        let mut left = limit;
        while !self.is_idle() && left > Duration::ZERO {
            thread::sleep(CHECK_INTERVAL);
            left = left.saturating_sub(CHECK_INTERVAL);
        }
        self.is_idle()
    }

    /// Whether the terminal refused bytes: it is gone.
    pub(crate) fn has_failed(&self) -> bool {
        self.writer.check().is_err()
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
        match self.writer.hand_over(std::mem::take(&mut self.frame)) {
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// A terminal that takes a frame only when it is let.
    struct Slow {
        begun: Sender<()>,
        may: Receiver<()>,
    }

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.begun.send(()).map_err(|_| io::ErrorKind::BrokenPipe)?;
            self.may.recv().map_err(|_| io::ErrorKind::BrokenPipe)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_terminal_is_busy_until_the_last_frame_handed_over_is_on_it() {
        let (begun, is_begun) = channel();
        let (let_it, may) = channel();
        let mut sink = FrameSink::new(Slow { begun, may }).unwrap();
        sink.write_all(b"first").unwrap();
        sink.flush().unwrap();
        is_begun.recv().unwrap();
        sink.write_all(b"later").unwrap();
        sink.flush().unwrap();
        let_it.send(()).unwrap();
        is_begun.recv().unwrap();
        assert!(!sink.is_idle());
        let_it.send(()).unwrap();
        assert!(sink.is_idle_within(Duration::from_secs(30)));
    }

    #[test]
    fn of_a_frame_that_is_stuck_nothing_but_the_part_under_way_is_written_after_the_close() {
        let (begun, is_begun) = channel();
        let (let_it, may) = channel();
        let mut sink = FrameSink::new(Slow { begun, may }).unwrap();
        sink.write_all(&vec![b'x'; 20_000]).unwrap();
        sink.flush().unwrap();
        is_begun.recv().unwrap();
        sink.write_all(b"behind it").unwrap();
        sink.flush().unwrap();
        sink.writer.close();
        let_it.send(()).unwrap();
        assert!(sink.is_idle_within(Duration::from_secs(30)));
        sink.flush().unwrap();
        assert!(sink.is_idle_within(Duration::from_secs(30)));
        assert!(is_begun.try_recv().is_err(), "more was written");
        sink.open();
        sink.write_all(b"a new one").unwrap();
        sink.flush().unwrap();
        is_begun.recv().unwrap();
        let_it.send(()).unwrap();
    }
}
