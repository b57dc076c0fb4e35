//! Lines on their way to standard output, through a thread of their own: a reader that has stopped
//! reading must never hold up the recording.

use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicI32, AtomicUsize, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
    time::Duration,
};

/// Pieces that may wait for a slow reader; hours of a run.
const WAITING: usize = 65_536;

/// How often it is looked whether the last words were taken.
const LOOK: Duration = Duration::from_millis(5);

/// So many looks in a row, five seconds, at a reader that takes nothing are enough.
const LOOKS: u32 = 1000;

/// Hands over what is written piece by piece, each one or more whole lines. What finds no place is
/// dropped and counted, and the reader is told how much it was as soon as there is a place again.
pub(crate) struct LineSink {
    pieces: SyncSender<Vec<u8>>,
    state: Arc<State>,
    dropped: u64,
    /// What the reader is told of pieces dropped, as a line.
    of_dropped: fn(u64) -> String,
}

#[derive(Default)]
struct State {
    /// The system's number of the error with which the reader refused; 0: it did not.
    refused: AtomicI32,
    waiting: AtomicUsize,
}

impl State {
    fn check(&self) -> io::Result<()> {
        match self.refused.load(Ordering::Acquire) {
            0 => Ok(()),
            error => Err(io::Error::from_raw_os_error(error)),
        }
    }
}

impl LineSink {
    /// Starts the thread that writes to `out`.
    pub(crate) fn new(out: impl Write + Send + 'static, of_dropped: fn(u64) -> String) -> io::Result<Self> {
        Self::holding(WAITING, out, of_dropped)
    }

    fn holding(
        pieces: usize,
        out: impl Write + Send + 'static,
        of_dropped: fn(u64) -> String,
    ) -> io::Result<Self> {
        let (pieces, taken) = sync_channel(pieces);
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        thread::Builder::new().name("output".to_owned()).spawn(move || write(&taken, out, &shared))?;
        Ok(Self { pieces, state, dropped: 0, of_dropped })
    }

    fn hand_over(&mut self, piece: Vec<u8>) -> io::Result<()> {
        self.state.waiting.fetch_add(1, Ordering::AcqRel);
        let result = self.pieces.try_send(piece);
        if result.is_err() {
            self.state.waiting.fetch_sub(1, Ordering::AcqRel);
        }
        match result {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(io::ErrorKind::WouldBlock.into()),
            Err(TrySendError::Disconnected(_)) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn tell_of_dropped(&mut self) -> io::Result<()> {
        if self.dropped > 0 {
            self.hand_over((self.of_dropped)(self.dropped).into_bytes())?;
            self.dropped = 0;
        }
        Ok(())
    }
}

fn write(pieces: &Receiver<Vec<u8>>, mut out: impl Write, state: &State) {
    for piece in pieces {
        if let Err(error) = out.write_all(&piece).and_then(|()| out.flush()) {
            state.refused.store(error.raw_os_error().unwrap_or(nix::libc::EPIPE), Ordering::Release);
            return;
        }
        state.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Write for LineSink {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.state.check()?;
        match self.tell_of_dropped().and_then(|()| self.hand_over(piece.to_vec())) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.dropped += 1,
            handed_over => handed_over?,
        }
        Ok(piece.len())
    }

    /// Waits until all was taken, as long as the reader takes something every few seconds.
    fn flush(&mut self) -> io::Result<()> {
        let (mut last, mut looks) = (usize::MAX, 0);
        while looks < LOOKS {
            self.state.check()?;
            match self.state.waiting.load(Ordering::Acquire) {
                0 => return Ok(()),
                waiting if waiting < last => (last, looks) = (waiting, 0),
                _ => looks += 1,
            }
            thread::sleep(LOOK);
        }
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, mpsc};

    use super::*;

    fn of_dropped(count: u64) -> String {
        format!("{count} left out\n")
    }

    /// A reader that takes a piece for each permit it is given.
    struct Reader {
        permits: Receiver<()>,
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
        (LineSink::holding(holding, reader, of_dropped).unwrap(), permit, read)
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
