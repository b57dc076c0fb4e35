//! The end of a process whose loop does not turn any more: a thread of its own counts the signals that ask for
//! an end, and the second one ends the process after a bounded time, whatever holds it up.

use std::{
    io, process,
    sync::{
        Once,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use nix::libc::{self, c_int};
use signal_hook::iterator::Signals;

use crate::run::Exit;
use crate::screen::leave_terminal;

/// How long the second signal waits for the record to be closed, as a disk may be slow.
const RECORD_LIMIT: Duration = Duration::from_secs(10);

/// How long it waits then for the last words.
const WORDS_LIMIT: Duration = Duration::from_secs(2);

/// How often it is looked.
const LOOK: Duration = Duration::from_millis(20);

static BEGUN: Once = Once::new();
static ASKED: AtomicU32 = AtomicU32::new(0);
static CLOSED: AtomicBool = AtomicBool::new(false);
static LENT: AtomicBool = AtomicBool::new(false);

/// Tells that nothing more will be recorded.
pub(crate) fn record_is_closed() {
    CLOSED.store(true, Ordering::Release);
}

/// Says whether the terminal is somebody else's, whose Ctrl-C is not meant for us.
pub(crate) fn while_lent(is_lent: bool) {
    LENT.store(is_lent, Ordering::Release);
}

/// Starts to count, once for the process.
pub(super) fn start(signals: impl Iterator<Item = c_int>) -> io::Result<()> {
    let signals: Vec<c_int> = signals.collect();
    let mut begun = Ok(());
    BEGUN.call_once(|| {
        begun = Signals::new(signals).and_then(|signals| {
            thread::Builder::new().name("signals".to_owned()).spawn(move || watch(signals)).map(drop)
        });
    });
    begun
}

fn watch(mut signals: Signals) {
    for signal in signals.forever() {
        let is_meant_for_others = signal == libc::SIGINT && LENT.load(Ordering::Acquire);
        if !is_meant_for_others && ASKED.fetch_add(1, Ordering::AcqRel) == 1 {
            // Not here: further signals are still to be taken.
            drop(thread::Builder::new().name("end".to_owned()).spawn(end));
        }
    }
}

/// Ends the process, unless it comes to its own end before.
fn end() {
    wait(RECORD_LIMIT, || CLOSED.load(Ordering::Acquire));
    wait(WORDS_LIMIT, || false);
    leave_terminal();
    process::exit(Exit::Incomplete.code().into());
}

fn wait(limit: Duration, is_over: impl Fn() -> bool) {
    let mut left = limit;
    while !is_over() && left > Duration::ZERO {
        thread::sleep(LOOK);
        left = left.saturating_sub(LOOK);
    }
}
