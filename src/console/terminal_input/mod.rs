//! What comes from the terminal, as events: keys and pastes, read by a thread of their own, and changes of
//! the window's size. What they mean is decided elsewhere.
//!
//! The bytes are decoded here and not by crossterm, whose decoder takes the rest of a sequence it does not
//! know for keys, and panics on some. Terminals and multiplexers send such sequences unasked.

mod decoder;

use std::{
    fs::File,
    io::{self, IsTerminal as _, Read as _, Write as _},
    os::{fd::AsFd as _, unix::net::UnixStream},
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

/// How long a job in the background waits before it checks again whether keys are for it.
const CHECK_INTERVAL: Duration = Duration::from_millis(200);

/// The system waits in whole milliseconds.
const MIN_WAIT: Duration = Duration::from_millis(1);

const BLOCK_BYTES: usize = 4096;

/// By when the thread that reads keys lets go of the terminal. It may be held up by keys that nobody takes.
const LEND_TIMEOUT: Duration = Duration::from_millis(400);

/// Tells the thread that reads keys to leave the terminal to somebody else.
const LEND: u8 = b'l';

/// Tells it to read again.
const TAKE_BACK: u8 = b't';

/// Events of the terminal; reading a terminal that has hung up may never return.
pub(crate) struct TerminalInput {
    /// Until the first event is asked for: the first frame does not wait for a thread.
    unread: Option<Reader>,
    events: Option<mpsc::Receiver<TerminalEvent>>,
    reports: mpsc::Receiver<Report>,
    /// To the thread that reads keys, which waits for these orders and the terminal at once; it ends with this.
    orders: UnixStream,
    /// The thread has left the terminal to somebody else.
    lent: mpsc::Receiver<()>,
    resized: Option<Signal>,
}

impl TerminalInput {
    /// Nothing is read before the first event is asked for; what is typed until then waits in the terminal.
    pub(crate) fn new() -> io::Result<Self> {
        let terminal = terminal()?;
        let (sender, events) = mpsc::channel(MAX_EVENTS);
        let (reported, reports) = mpsc::channel(MAX_REPORTS);
        let (orders, taken) = UnixStream::pair()?;
        let (let_go, lent) = mpsc::channel(1);
        let reader = Reader {
            terminal,
            decoder: Decoder::default(),
            sender,
            reported,
            orders: taken,
            let_go,
            silent: Duration::ZERO,
        };
        Ok(Self { unread: Some(reader), events: Some(events), reports, orders, lent, resized: None })
    }

    /// The next event; `None` once, when the terminal has hung up, and nothing ever after that.
    pub(crate) async fn next(&mut self) -> Option<TerminalEvent> {
        if let Some(reader) = self.unread.take() {
            // Without a thread, the reader is gone, and its end looks like that of the terminal.
            drop(thread::Builder::new().name("keys".to_owned()).spawn(move || reader.run()));
        }
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
    pub(crate) async fn lend(&mut self) {
        // An answer that came after the timeout of an earlier order must not count for this one.
        let _ = self.lent.try_recv();
        if self.unread.is_none() && (&self.orders).write_all(&[LEND]).is_ok() {
            drop(tokio::time::timeout(LEND_TIMEOUT, self.lent.recv()).await);
        }
    }

    pub(crate) fn take_back(&mut self) {
        if self.unread.is_some() {
            return;
        }
        // A thread that has ended reads nothing any more.
        let _ = (&self.orders).write_all(&[TAKE_BACK]);
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
    orders: UnixStream,
    let_go: mpsc::Sender<()>,
    /// How long the terminal has been silent.
    silent: Duration,
}

impl Reader {
    /// Reads until the terminal has hung up or nobody takes its events any more.
    fn run(mut self) {
        loop {
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

    /// What the terminal says, or nothing where it is silent for as long as the decoder waits.
    fn bytes(&mut self) -> io::Result<Option<Vec<u8>>> {
        let is_ours = is_in_foreground();
        // A background job reads nothing, as what is typed is another job's, so nothing else shows that the terminal has
        // hung up.
        if !is_ours && !io::stdout().is_terminal() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let wait = if is_ours {
            self.decoder.timeout().map(|timeout| timeout.saturating_sub(self.silent).max(MIN_WAIT))
        } else {
            Some(CHECK_INTERVAL)
        };
        let Ready { terminal, orders } = self.wait(is_ours, wait)?;
        if orders {
            self.obey()?;
            return Ok(Some(Vec::new()));
        }
        // Asked again, as the wait may have been long: a job in the background that reads is stopped.
        if !is_ours || !is_in_foreground() {
            return Ok(Some(Vec::new()));
        }
        if !terminal {
            self.silent = self.silent.saturating_add(wait.unwrap_or_default());
            return Ok(None);
        }
        self.silent = Duration::ZERO;
        self.read()
    }

    /// Waits for an order and, where it is read, for the terminal; without a limit where there is none. Waited for first,
    /// as a blocking read would hold on to the terminal after it is lent.
    fn wait(&self, reads_terminal: bool, limit: Option<Duration>) -> io::Result<Ready> {
        let timeout = limit
            .map_or(PollTimeout::NONE, |limit| PollTimeout::try_from(limit).unwrap_or(PollTimeout::ZERO));
        let mut waited =
            [self.orders.as_fd(), self.terminal.as_fd()].map(|file| PollFd::new(file, PollFlags::POLLIN));
        let waited = if reads_terminal { &mut waited[..] } else { &mut waited[..1] };
        match poll(waited, timeout) {
            // How long the silence has lasted is unknown, and silence ends a sequence that is under way: as if an order
            // had come.
            Err(Errno::EINTR) => return Ok(Ready { terminal: false, orders: true }),
            other => other?,
        };
        // Anything, an error or a hang-up too, is learnt by reading.
        let mut is_ready = waited.iter().map(|file| file.any().unwrap_or(true));
        let orders = is_ready.next() == Some(true);
        Ok(Ready { orders, terminal: is_ready.next() == Some(true) })
    }

    /// Leaves the terminal to somebody else where that is asked for, until it is taken back.
    fn obey(&mut self) -> io::Result<()> {
        self.orders.set_nonblocking(true)?;
        let mut order = [0];
        let read = self.orders.read(&mut order);
        self.orders.set_nonblocking(false)?;
        match read {
            Ok(1) if order == [LEND] => {}
            // Nobody takes events any more.
            Ok(0) => return Err(io::ErrorKind::BrokenPipe.into()),
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        }
        let _ = self.let_go.try_send(());
        // Any further order takes the terminal back, as it is not lent twice.
        self.orders.read_exact(&mut order)
    }

    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
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

/// What can be read.
struct Ready {
    terminal: bool,
    orders: bool,
}
