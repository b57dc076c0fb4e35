//! Each fatal signal that can be caught, in each state a watch may be in when it comes: running, suspended,
//! stopped, on a terminal that takes nothing, and on one that is gone.

use std::{
    fmt,
    fs::OpenOptions,
    io::{Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use nix::{libc, sys::signal::Signal};
use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::support::{
    PATIENCE,
    home::{Home, send, state},
    pair::DRWATCH,
    wait_until,
};

/// How many cells are tried at a time.
const WORKERS: usize = 16;

const FATAL: [Signal; 16] = [
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
    Signal::SIGALRM,
    Signal::SIGABRT,
    Signal::SIGTRAP,
    Signal::SIGXCPU,
    Signal::SIGVTALRM,
    Signal::SIGPROF,
    Signal::SIGIO,
    Signal::SIGPWR,
    Signal::SIGSYS,
    Signal::SIGSTKFLT,
];

/// The state of the watch when the signal comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Running,
    /// By Ctrl-Z; the signal comes with a SIGCONT, as systemd and `kill %1` send them.
    Suspended,
    /// By SIGSTOP, also gone on with by a SIGCONT.
    Stopped,
    /// The terminal takes no byte any more, with a frame on its way.
    Stuck,
    /// The same, and the signal comes twice.
    StuckAndAskedTwice,
    StuckAndSuspended,
    /// The terminal is gone, and the hang-up was ignored when the watch began.
    Gone,
}

const STATES: [State; 7] = [
    State::Running,
    State::Suspended,
    State::Stopped,
    State::Stuck,
    State::StuckAndAskedTwice,
    State::StuckAndSuspended,
    State::Gone,
];

impl State {
    const fn is_stuck(self) -> bool {
        matches!(self, Self::Stuck | Self::StuckAndAskedTwice | Self::StuckAndSuspended)
    }
}

/// One field of the table.
#[derive(Clone, Copy)]
struct Cell(State, Signal);

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} by {}", self.0, self.1)
    }
}

#[test]
fn every_fatal_signal_ends_a_watch_in_order_whatever_its_terminal_does() {
    let cells: Vec<Cell> = STATES
        .into_iter()
        .flat_map(|state| FATAL.map(|signal| Cell(state, signal)))
        // A hang-up that is ignored ends nothing: `job_control` has that.
        .filter(|cell| !(cell.0 == State::Gone && cell.1 == Signal::SIGHUP))
        .collect();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(cell) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
                    ends_in_order(*cell);
                }
            });
        }
    });
}

fn ends_in_order(cell: Cell) {
    let Cell(at, signal) = cell;
    let home = Home::new();
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    if at.is_stuck() {
        fill(pair.master.as_ref());
    }
    let modes = pair.master.get_termios();
    let mut command = CommandBuilder::new("sh");
    let ignored = if at == State::Gone { "trap '' HUP; " } else { "" };
    command.args(["-c", &format!("{ignored}exec {}", home.line())]);
    command.env("TERM", "xterm-256color");
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let pid = child.process_id().unwrap().try_into().unwrap();
    wait_until(&format!("{cell}: the log is recorded"), PATIENCE, || home.has_begun());
    if !at.is_stuck() {
        wait_until(&format!("{cell}: it has the terminal"), PATIENCE, || pair.master.get_termios() != modes);
    }
    let stop = match at {
        State::Suspended | State::StuckAndSuspended => Some(Signal::SIGTSTP),
        State::Stopped => Some(Signal::SIGSTOP),
        State::Running | State::Stuck | State::StuckAndAskedTwice | State::Gone => None,
    };
    if let Some(stop) = stop {
        send(pid, stop);
        wait_until(&format!("{cell}: it is stopped"), PATIENCE, || state(pid) == Some('T'));
    }
    let mut terminal = Some(pair.master);
    if at == State::Gone {
        terminal = None;
    }
    send(pid, signal);
    if at == State::StuckAndAskedTwice {
        send(pid, signal);
    }
    if stop.is_some() {
        send(pid, Signal::SIGCONT);
    }
    // A terminal that takes nothing is read only afterwards.
    let written = terminal.as_deref().filter(|_| !at.is_stuck()).map(reader);
    let mut code = None;
    wait_until(&format!("{cell}: it ends"), PATIENCE, || {
        code = child.try_wait().unwrap().map(|status| status.exit_code());
        code.is_some()
    });
    assert_eq!(code, Some(3), "{cell}");
    if let Some(master) = terminal {
        assert_eq!(master.get_termios(), modes, "{cell}");
        let written = written.unwrap_or_else(|| reader(master.as_ref())).join().unwrap();
        let is_written = |sequence: &[u8]| written.windows(sequence.len()).any(|bytes| bytes == sequence);
        let mut expected = vec![&b"\x1b[?2004l"[..], b"\x1b[?25h", b"\x1b[?1049l"];
        // The closing lines name the record; a terminal that takes nothing may have no room for them.
        let place = home.run().display().to_string();
        if !at.is_stuck() {
            expected.push(place.as_bytes());
        }
        for sequence in expected {
            let end = String::from_utf8_lossy(&written[written.len().saturating_sub(500)..]);
            assert!(is_written(sequence), "{cell}: {}\n{}", sequence.escape_ascii(), end.escape_debug());
        }
    }
    // Its files are there and its lock is free.
    home.ended_by(signal.as_str());
    let verified = Command::new(DRWATCH).arg("verify").arg(home.run()).output().unwrap();
    let told = String::from_utf8(verified.stdout).unwrap();
    assert!(verified.status.success() && told.contains("whole"), "{cell}: {told}");
}

/// Writes to a terminal until it takes no more.
fn fill(master: &(dyn MasterPty + Send)) {
    let mut slave = OpenOptions::new()
        .write(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(master.tty_name().unwrap())
        .unwrap();
    // Room comes back while the system moves the bytes on to the other side.
    let mut refusals = 0;
    wait_until("the terminal is full", PATIENCE, || {
        refusals += 1;
        while slave.write(&[b'x'; 64]).is_ok() {
            refusals = 0;
        }
        refusals == 5
    });
}

/// Reads what is written to a terminal until its last program has ended.
fn reader(master: &(dyn MasterPty + Send)) -> thread::JoinHandle<Vec<u8>> {
    let mut reader = master.try_clone_reader().unwrap();
    thread::spawn(move || {
        let mut written = Vec::new();
        // Its end is an error of the system.
        let _ = reader.read_to_end(&mut written);
        written
    })
}
