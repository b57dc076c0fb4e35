//! Ends a process whose loop has stopped turning: a thread counts the signals that ask for an end, and the second one
//! ends the process after a bounded time.

use std::{
    io, process,
    sync::{
        Once,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use nix::{
    libc::{self, c_int},
    sys::signal::SigSet,
};
use signal_hook::iterator::Signals;

use crate::run::Exit;
use crate::screen::leave_terminal;

/// How long the second signal waits for the record to be closed, as a disk may be slow.
const CLOSE_RECORD_TIMEOUT: Duration = Duration::from_secs(10);

// A terminal that takes nothing, stopped by Ctrl-S for example, would hold the process for ever.
const CLOSING_TEXT_TIMEOUT: Duration = Duration::from_secs(2);

const CHECK_INTERVAL: Duration = Duration::from_millis(20);

// The handlers are those of the process; a second watch in it, as in tests, must not count each signal twice.
static STARTED: Once = Once::new();
static END_SIGNALS: AtomicU32 = AtomicU32::new(0);
static RECORD_CLOSED: AtomicBool = AtomicBool::new(false);
static TERMINAL_LENT: AtomicBool = AtomicBool::new(false);

pub(crate) fn record_is_closed() {
    RECORD_CLOSED.store(true, Ordering::Release);
}

/// Notes whether the terminal is lent to another program, whose Ctrl-C is not meant for us.
pub(crate) fn terminal_is_lent(is_lent: bool) {
    TERMINAL_LENT.store(is_lent, Ordering::Release);
}

/// Starts the thread, once for the process.
pub(super) fn start(signals: impl Iterator<Item = c_int>) -> io::Result<()> {
    let signals: Vec<c_int> = signals.collect();
    let mut started = Ok(());
    STARTED.call_once(|| {
        // Both this and tokio's signals use the handlers of signal-hook-registry, so that each signal reaches
        // both.
        started = Signals::new(signals).and_then(|signals| {
            thread::Builder::new().name("signals".to_owned()).spawn(move || watch(signals)).map(drop)
        });
    });
    started
}

fn watch(mut signals: Signals) {
    // It may be started while the others hold signals, and has to take them where they are stuck.
    // It fails only for a mask that is none.
    let _ = SigSet::all().thread_unblock();
    for signal in signals.forever() {
        let is_meant_for_others = signal == libc::SIGINT && TERMINAL_LENT.load(Ordering::Acquire);
        // The first signal is for the loop, which ends in order; only the second means that it does not. Exactly the
        // second, as a third one must start no further thread.
        if !is_meant_for_others && END_SIGNALS.fetch_add(1, Ordering::AcqRel) == 1 {
            // In another thread, as this one has to take further signals.
            drop(thread::Builder::new().name("end".to_owned()).spawn(end));
        }
    }
}

fn end() {
    wait(CLOSE_RECORD_TIMEOUT, || RECORD_CLOSED.load(Ordering::Acquire));
    // The loop may still come to its end in this time, and then ends the process itself with the right exit
    // code.
    wait(CLOSING_TEXT_TIMEOUT, || false);
    // `exit` runs no destructors, so nothing else gives the terminal back.
    leave_terminal();
    process::exit(Exit::Incomplete.code().into());
}

fn wait(limit: Duration, is_over: impl Fn() -> bool) {
    let mut left = limit;
    while !is_over() && left > Duration::ZERO {
        thread::sleep(CHECK_INTERVAL);
        left = left.saturating_sub(CHECK_INTERVAL);
    }
}
