//! Lines on their way to standard output. A reader that has stopped reading loses lines, and is informed of it.

use std::{
    io::{self, Write},
    sync::mpsc::TrySendError,
    thread,
    time::Duration,
};

use super::background_writer::BackgroundWriter;

/// Pieces that may wait for a slow reader; hours of a run.
const MAX_WAITING: usize = 65_536;

/// Time between two checks whether the last pieces were taken.
const CHECK_INTERVAL: Duration = Duration::from_millis(5);

/// Checks in a row, five seconds in all, after which a reader that takes nothing is given up.
const MAX_CHECKS: u32 = 1000;

/// Hands over what is written piece by piece, each one or more whole lines. What finds no place is
/// dropped and counted; a line with the number follows as soon as there is a place again.
pub(crate) struct LineSink {
    writer: BackgroundWriter,
    dropped: u64,
    /// The line about pieces that were dropped.
    of_dropped: fn(u64) -> String,
}

impl LineSink {
    pub(crate) fn new(out: impl Write + Send + 'static, of_dropped: fn(u64) -> String) -> io::Result<Self> {
        Ok(Self { writer: BackgroundWriter::start("output", MAX_WAITING, out)?, dropped: 0, of_dropped })
    }

    fn report_dropped(&mut self) -> Result<(), TrySendError<Vec<u8>>> {
        if self.dropped > 0 {
            self.writer.hand_over((self.of_dropped)(self.dropped).into_bytes())?;
            self.dropped = 0;
        }
        Ok(())
    }
}

impl Write for LineSink {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.writer.check()?;
        // The number of lost lines goes out where they would stand: in front of the next piece.
        match self.report_dropped().and_then(|()| self.writer.hand_over(piece.to_vec())) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => self.dropped += 1,
            Err(TrySendError::Disconnected(_)) => return Err(io::ErrorKind::BrokenPipe.into()),
        }
        Ok(piece.len())
    }

    /// Waits until all was taken, as long as the reader takes something every few seconds.
    fn flush(&mut self) -> io::Result<()> {
        let (mut last, mut checks) = (usize::MAX, 0);
        // Counted in checks, as only the room of the clock may read a clock.
        while checks < MAX_CHECKS {
            match self.writer.waiting() {
                0 => return self.writer.check(),
                waiting if waiting < last => (last, checks) = (waiting, 0),
                _ => checks += 1,
            }
            thread::sleep(CHECK_INTERVAL);
        }
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex, mpsc};

    use super::*;

    fn of_dropped(count: u64) -> String {
        format!("{count} left out\n")
    }

    /// A reader that takes a piece for each permit it is given.
    struct Reader {
        permits: mpsc::Receiver<()>,
        read: Arc<Mutex<String>>,
    }

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.permits.recv().map_err(|_| io::ErrorKind::BrokenPipe)?;
            self.read.lock().unwrap().push_str(&String::from_utf8_lossy(bytes));
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn sink(holding: usize) -> (LineSink, mpsc::Sender<()>, Arc<Mutex<String>>) {
        let (permit, permits) = mpsc::channel();
        let read = Arc::default();
        let reader = Reader { permits, read: Arc::clone(&read) };
        let writer = BackgroundWriter::start("output", holding, reader).unwrap();
        (LineSink { writer, dropped: 0, of_dropped }, permit, read)
    }

    #[test]
    fn a_reader_that_does_not_read_holds_up_nothing_and_is_told_what_it_missed() {
        let (mut sink, permit, read) = sink(4);
        for n in 0..100 {
            sink.write_all(format!("{n}\n").as_bytes()).unwrap();
        }
        (0..100).for_each(|_| permit.send(()).unwrap());
        sink.flush().unwrap();
        sink.write_all(b"after\n").unwrap();
        sink.flush().unwrap();
        let read = read.lock().unwrap();
        let left_out: usize =
            read.lines().filter_map(|line| line.strip_suffix(" left out")?.parse::<usize>().ok()).sum();
        let taken = read.lines().filter(|line| line.parse::<u64>().is_ok()).count();
        assert_eq!((taken + left_out, left_out > 90), (100, true), "{read}");
        assert!(read.starts_with("0\n1\n") && read.ends_with("left out\nafter\n"), "{read}");
    }

    #[test]
    fn what_a_reader_takes_comes_whole_and_in_order() {
        let (mut sink, permit, read) = sink(2000);
        (0..1000).for_each(|_| permit.send(()).unwrap());
        let lines: Vec<String> = (0..1000).map(|n| format!("{n}\n")).collect();
        for line in &lines {
            sink.write_all(line.as_bytes()).unwrap();
        }
        sink.flush().unwrap();
        assert_eq!(*read.lock().unwrap(), lines.concat());
    }

    #[test]
    fn a_reader_that_is_gone_is_an_error() {
        let (mut sink, permit, _) = sink(4);
        drop(permit);
        sink.write_all(b"first\n").unwrap();
        assert_eq!(sink.flush().unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        assert_eq!(sink.write_all(b"second\n").unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }
}
