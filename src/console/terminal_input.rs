//! What comes from the terminal, as events: keys and pastes, read by a thread of their own, and changes of
//! the window's size. What they mean is decided elsewhere.
//!
//! The bytes are decoded here and not by crossterm, whose decoder takes the rest of a sequence it does not
//! know for keys, and panics on some. Terminals and multiplexers send such sequences unasked.

mod decoder;

use std::{
    fs::File,
    io::{self, IsTerminal as _, Read as _},
    os::fd::AsFd as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crossterm::event::Event as TerminalEvent;
use nix::{
    errno::Errno,
    poll::{PollFd, PollFlags, PollTimeout, poll},
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
};

use self::decoder::Decoder;
pub(crate) use self::decoder::Report;
use crate::screen::is_in_foreground;

/// Events of the terminal waiting to be served; more than anybody types meanwhile.
const MAX_EVENTS: usize = 256;

/// Reports of the terminal waiting to be served; more are dropped, as the last one asks for the present colours anyway.
const MAX_REPORTS: usize = 8;

/// How long the thread that reads keys waits for one before it checks again whether they are for this process.
const CHECK_INTERVAL: Duration = Duration::from_millis(200);

/// The system waits in whole milliseconds.
const MIN_WAIT: Duration = Duration::from_millis(1);

const BLOCK_BYTES: usize = 4096;

/// Events of the terminal; reading a terminal that has hung up may never return.
pub(crate) struct TerminalInput {
    events: Option<mpsc::Receiver<TerminalEvent>>,
    reports: mpsc::Receiver<Report>,
    /// Set while somebody else reads the terminal.
    lent: Arc<AtomicBool>,
    resized: Option<Signal>,
}

impl TerminalInput {
    /// Begins to read.
    pub(crate) fn read() -> io::Result<Self> {
        let terminal = terminal()?;
        let (sender, events) = mpsc::channel(MAX_EVENTS);
        let (reported, reports) = mpsc::channel(MAX_REPORTS);
        let lent = Arc::new(AtomicBool::new(false));
        let reader = Reader {
            terminal,
            decoder: Decoder::default(),
            sender,
            reported,
            elsewhere: Arc::clone(&lent),
            silent: Duration::ZERO,
        };
        thread::Builder::new().name("keys".to_owned()).spawn(move || reader.run())?;
        Ok(Self { events: Some(events), reports, lent, resized: None })
    }

    /// The next event; `None` once, when the terminal has hung up, and nothing ever after that.
    pub(crate) async fn next(&mut self) -> Option<TerminalEvent> {
        let Some(events) = &mut self.events else { return std::future::pending().await };
        if self.resized.is_none() {
            self.resized = signal(SignalKind::window_change()).ok();
        }
        let resized = async {
            match &mut self.resized {
                Some(resized) => resized.recv().await,
                None => std::future::pending().await,
            }
        };
        // Cancel-safe: neither receiver loses anything when the other wins or this future is dropped. Keys first, as a
        // window resized by hand sends many signals.
        let event = tokio::select! {
            biased;
            event = events.recv() => event,
            _ = resized => {
                let (columns, rows) = crossterm::terminal::size().unwrap_or_default();
                return Some(TerminalEvent::Resize(columns, rows));
            }
        };
        if event.is_none() {
            // A terminal that is gone would report its end for ever.
            self.events = None;
        }
        event
    }

    /// The next report of the terminal's colours, if there is one; an event comes with each.
    pub(crate) fn report(&mut self) -> Option<Report> {
        self.reports.try_recv().ok()
    }

    /// Leaves the terminal to somebody else. Done once the thread that reads it has let go.
    pub(crate) async fn lend(&self) {
        self.lent.store(true, Ordering::Release);
        // The thread may have checked just before, and then reads for one interval more.
        tokio::time::sleep(CHECK_INTERVAL * 2).await;
    }

    pub(crate) fn take_back(&self) {
        self.lent.store(false, Ordering::Release);
    }
}

/// Standard input, or the terminal behind this process where that is something else, such as a log.
fn terminal() -> io::Result<File> {
    let input = io::stdin();
    if input.is_terminal() {
        return Ok(File::from(input.as_fd().try_clone_to_owned()?));
    }
    // The controlling terminal, tty(4): standard input may be the log that is watched.
    File::open("/dev/tty")
}

struct Reader {
    terminal: File,
    decoder: Decoder,
    sender: mpsc::Sender<TerminalEvent>,
    reported: mpsc::Sender<Report>,
    elsewhere: Arc<AtomicBool>,
    /// How long the terminal has been silent.
    silent: Duration,
}

impl Reader {
    /// Reads until the terminal has hung up or nobody takes its events any more.
    fn run(mut self) {
        loop {
            if self.elsewhere.load(Ordering::Acquire) {
                thread::sleep(CHECK_INTERVAL);
                continue;
            }
            let mut events = match self.bytes() {
                Ok(Some(bytes)) => self.decoder.take(&bytes),
                Ok(None) => self.pause(),
                // This closes the channel, which `next` reports as the end of the terminal.
                Err(_) => return,
            };
            for report in self.decoder.take_reports() {
                if self.reported.try_send(report).is_ok() {
                    // Means nothing to the screen, but wakes the loop for the report.
                    events.push(TerminalEvent::FocusGained);
                }
            }
            for event in events {
                // Blocks while the loop is busy: what is typed meanwhile waits in the terminal, and no key is
                // dropped.
                if self.sender.blocking_send(event).is_err() {
                    return;
                }
            }
        }
    }

    /// Ends what is under way, once the terminal is silent for as long as the decoder waits.
    fn pause(&mut self) -> Vec<TerminalEvent> {
        if self.decoder.timeout().is_none_or(|timeout| self.silent >= timeout) {
            self.decoder.pause()
        } else {
            Vec::new()
        }
    }

    /// What the terminal says, or nothing where it is silent for a moment.
    fn bytes(&mut self) -> io::Result<Option<Vec<u8>>> {
        if !is_in_foreground() {
            // What is typed is another job's.
            thread::sleep(CHECK_INTERVAL);
            // A background job reads nothing, so nothing else shows that the terminal has hung up.
            return if io::stdout().is_terminal() {
                Ok(Some(Vec::new()))
            } else {
                Err(io::ErrorKind::BrokenPipe.into())
            };
        }
        let left =
            self.decoder.timeout().map_or(CHECK_INTERVAL, |timeout| timeout.saturating_sub(self.silent));
        let wait = left.clamp(MIN_WAIT, CHECK_INTERVAL);
        let timeout = PollTimeout::try_from(wait).unwrap_or(PollTimeout::ZERO);
        // Polled first, as a blocking read would hold on to the terminal after it is lent.
        let mut waited = [PollFd::new(self.terminal.as_fd(), PollFlags::POLLIN)];
        match poll(&mut waited, timeout) {
            Ok(0) if !io::stdout().is_terminal() => return Err(io::ErrorKind::BrokenPipe.into()),
            Ok(0) => {
                self.silent = self.silent.saturating_add(wait);
                return Ok(None);
            }
            Ok(_) => self.silent = Duration::ZERO,
            // Not reported as silence: how long it has lasted is unknown, and silence ends a sequence that is
            // under way.
            Err(Errno::EINTR) => return Ok(Some(Vec::new())),
            Err(error) => return Err(error.into()),
        }
        let mut block = vec![0; BLOCK_BYTES];
        match self.terminal.read(&mut block) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(length) => {
                block.truncate(length);
                Ok(Some(block))
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock) => {
                Ok(Some(Vec::new()))
            }
            // The terminal became another job's between the look and the reading.
            Err(error) if error.raw_os_error() == Some(nix::libc::EIO) && !is_in_foreground() => {
                Ok(Some(Vec::new()))
            }
            Err(error) => Err(error),
        }
    }
}
