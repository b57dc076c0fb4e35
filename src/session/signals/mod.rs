//! The signals that a watch answers. What a second one does to a process whose loop has stopped turning is in
//! `watchdog`.

mod watchdog;

use std::{
    future::poll_fn,
    io,
    pin::Pin,
    sync::OnceLock,
    task::{Context, Poll},
};

use futures_util::{FutureExt as _, Stream, StreamExt as _, stream::SelectAll};
use nix::{
    libc::{self, c_int},
    sys::signal as system,
};
use tokio::signal::unix::{Signal, SignalKind, signal};

pub(crate) use self::watchdog::{record_is_closed, terminal_is_lent};

use crate::{
    console::screen_front::stop_this_process,
    platform::{ignored_signals, more_fatal_signals},
};

/// The signals that end a process which does not catch them, the likeliest first. Left out are SIGKILL, which cannot be
/// caught, SIGSEGV, SIGBUS, SIGILL and SIGFPE, which mean a fault in the program itself, and SIGPIPE and SIGXFSZ, which
/// are errors of a write here.
const FATAL: &[(&str, c_int)] = &[
    ("SIGTERM", libc::SIGTERM),
    ("SIGHUP", libc::SIGHUP),
    ("SIGQUIT", libc::SIGQUIT),
    ("SIGINT", libc::SIGINT),
    ("SIGUSR1", libc::SIGUSR1),
    ("SIGUSR2", libc::SIGUSR2),
    ("SIGALRM", libc::SIGALRM),
    ("SIGABRT", libc::SIGABRT),
    ("SIGTRAP", libc::SIGTRAP),
    ("SIGXCPU", libc::SIGXCPU),
    ("SIGVTALRM", libc::SIGVTALRM),
    ("SIGPROF", libc::SIGPROF),
    ("SIGSYS", libc::SIGSYS),
];

/// Those that people and systems end a program with.
const LIKELY: [c_int; 4] = [libc::SIGTERM, libc::SIGHUP, libc::SIGQUIT, libc::SIGINT];

/// The fatal signals of this system; the real-time ones share a name.
fn fatal() -> Vec<(&'static str, c_int)> {
    [FATAL, &more_fatal_signals()].concat()
}

/// Whether a signal was ignored when the process began, as `nohup` and shells without job control have it
/// (POSIX, "2.11 Signals and Error Handling"): it stays so.
fn was_ignored(number: c_int) -> bool {
    static IGNORED: OnceLock<u64> = OnceLock::new();
    // Read before the first handler is set, which would take the signal off the list.
    let ignored = IGNORED.get_or_init(ignored_signals);
    // Bit 0 of the mask is signal 1. Shifted with a check, as a number beyond the mask is no signal that it could hold.
    u32::try_from(number - 1).is_ok_and(|bit| ignored.checked_shr(bit).unwrap_or_default() & 1 == 1)
}

/// Listens to a signal, unless it was ignored when the process began.
fn listen_to(number: c_int) -> io::Result<Option<Signal>> {
    if was_ignored(number) { Ok(None) } else { signal(SignalKind::from_raw(number)).map(Some) }
}

/// Whether the watch goes on after its terminal has hung up.
pub(crate) fn outlives_hang_up() -> bool {
    was_ignored(libc::SIGHUP)
}

/// A signal that may be the end, by its name.
struct EndSignal(&'static str, Signal);

impl EndSignal {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<&'static str>> {
        self.1.poll_recv(context).map(|received| received.map(|()| self.0))
    }
}

impl Stream for EndSignal {
    type Item = &'static str;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<&'static str>> {
        self.poll(context)
    }
}

struct Endings {
    /// Asked each time, in their order.
    likely: Vec<EndSignal>,
    /// Asked only once one of them has come: some fifty that hardly ever do, in each turn of the loop.
    others: SelectAll<EndSignal>,
}

impl Endings {
    fn listen() -> io::Result<Self> {
        let (mut likely, mut others, mut numbers) = (Vec::new(), SelectAll::new(), Vec::new());
        for (name, number) in fatal() {
            let signal = match listen_to(number) {
                // A tool that drwatch runs under may keep a signal for itself, as valgrind does the last of all.
                Err(error) if error.raw_os_error() == Some(libc::EINVAL) => None,
                listened => listened?,
            };
            if let Some(signal) = signal {
                let signal = EndSignal(name, signal);
                if LIKELY.contains(&number) {
                    likely.push(signal);
                } else {
                    others.push(signal);
                }
                numbers.push(number);
            }
        }
        // Without the ignored ones, as a handler would replace the ignoring.
        watchdog::start(numbers.into_iter())?;
        Ok(Self { likely, others })
    }

    /// Cancel-safe: a signal stays pending in its stream until it is returned.
    async fn next(&mut self) -> &'static str {
        poll_fn(|context| {
            let mut likely = self.likely.iter_mut().map(|signal| signal.poll(context));
            // None of the streams ever ends.
            if let Some(Poll::Ready(Some(name))) = likely.find(Poll::is_ready) {
                return Poll::Ready(name);
            }
            match self.others.poll_next_unpin(context) {
                Poll::Ready(Some(name)) => Poll::Ready(name),
                _ => Poll::Pending,
            }
        })
        .await
    }
}

pub(crate) struct Signals {
    endings: Endings,
    stop: Option<Signal>,
    cont: Option<Signal>,
}

/// Keeps signals from this thread, and so from a process that has no other: the system has them wait until this is
/// dropped. For while a terminal is taken, before [`Signals::listen`]: to listen to more than fifty signals takes a tenth
/// of the time to the first frame.
pub(crate) struct HeldSignals {
    before: system::SigSet,
}

impl HeldSignals {
    pub(crate) fn hold() -> io::Result<Self> {
        let mut held = system::SigSet::all();
        for fault in FAULTS {
            held.remove(fault);
        }
        Ok(Self { before: held.thread_swap_mask(system::SigmaskHow::SIG_BLOCK)? })
    }
}

impl Drop for HeldSignals {
    fn drop(&mut self) {
        // It fails only for a mask that is none.
        let _ = self.before.thread_set_mask();
    }
}

/// Signals about what the process is doing at this moment, which cannot wait.
const FAULTS: [system::Signal; 7] = [
    system::Signal::SIGSEGV,
    system::Signal::SIGBUS,
    system::Signal::SIGILL,
    system::Signal::SIGFPE,
    system::Signal::SIGABRT,
    system::Signal::SIGSYS,
    system::Signal::SIGXFSZ,
];

pub(crate) enum Signalled {
    /// The name of the signal.
    End(&'static str),
    /// Give the terminal back and stop.
    Stop,
    /// It was stopped and runs again; others may have used the terminal.
    GoneOn,
}

impl Signals {
    pub(crate) fn listen() -> io::Result<Self> {
        let signals = Self {
            endings: Endings::listen()?,
            stop: listen_to(libc::SIGTSTP)?,
            cont: listen_to(libc::SIGCONT)?,
        };
        block_terminal_stops()?;
        Ok(signals)
    }

    /// The same at the end of a time in which signals were held: those that came are next.
    pub(crate) fn listen_to_held(held: HeldSignals) -> io::Result<Self> {
        let signals = Self::listen()?;
        drop(held);
        block_terminal_stops()?;
        Ok(signals)
    }

    /// Waits for the next of them. Cancel-safe: a signal stays pending in its stream until it is returned. The order
    /// matters where several have come: an end is not delayed by a stop.
    pub(crate) async fn next(&mut self) -> Signalled {
        tokio::select! {
            biased;
            name = self.endings.next() => Signalled::End(name),
            () = one(self.stop.as_mut()) => Signalled::Stop,
            () = one(self.cont.as_mut()) => Signalled::GoneOn,
        }
    }

    /// Forgets a Ctrl-C that was meant for an `ssh` that asked in our terminal.
    pub(crate) fn forget_interrupt(&mut self) {
        // One of those that are asked each time: the others would not be asked again after this.
        if let Some(interrupt) = self.endings.likely.iter_mut().find(|signal| signal.0 == "SIGINT") {
            while interrupt.1.recv().now_or_never().is_some() {}
        }
    }

    pub(crate) async fn next_ending(&mut self) -> &'static str {
        self.endings.next().await
    }

    /// The same while no screen has the terminal: asked to stop meanwhile, the process just stops.
    pub(crate) async fn next_ending_without_screen(&mut self) -> &'static str {
        loop {
            tokio::select! {
                biased;
                name = self.endings.next() => return name,
                // An error means that the process cannot be stopped: it goes on.
                () = one(self.stop.as_mut()) => drop(stop_this_process()),
            }
        }
    }
}

/// A background job that uses the terminal would be stopped, which must not happen to a recording: blocked, writes succeed
/// and reads are errors. Every thread started from here on inherits this; other programs do not.
fn block_terminal_stops() -> io::Result<()> {
    let mut terminal = system::SigSet::empty();
    terminal.add(system::Signal::SIGTTOU);
    terminal.add(system::Signal::SIGTTIN);
    Ok(terminal.thread_block()?)
}

/// Waits for a signal; forever where it is not listened to.
async fn one(signal: Option<&mut Signal>) {
    let Some(signal) = signal else { return std::future::pending().await };
    // A stream that has ended would be ready at every poll, and the loop would never rest.
    if signal.recv().await.is_none() {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_fatal_signal_of_this_system_can_be_listened_to() {
        let endings = Endings::listen().unwrap();
        assert_eq!(
            endings.likely.len() + endings.others.len(),
            fatal().iter().filter(|(_, number)| !was_ignored(*number)).count()
        );
    }

    #[tokio::test]
    async fn each_signal_is_heard_each_time_however_often_others_were_waited_for() {
        // Of those that end nothing, as the second one that does would end the tests.
        let listen = |name, number| EndSignal(name, listen_to(number).unwrap().unwrap());
        let likely = vec![listen("SIGINT", libc::SIGWINCH)];
        let others = [listen("SIGURG", libc::SIGURG), listen("SIGCHLD", libc::SIGCHLD)].into_iter().collect();
        let mut signals = Signals { endings: Endings { likely, others }, stop: None, cont: None };
        for _ in 0..3 {
            assert!(signals.next_ending().now_or_never().is_none());
            signals.forget_interrupt();
            for (number, name) in [
                (system::Signal::SIGURG, "SIGURG"),
                (system::Signal::SIGWINCH, "SIGINT"),
                (system::Signal::SIGCHLD, "SIGCHLD"),
            ] {
                system::raise(number).unwrap();
                assert_eq!(signals.next_ending().await, name);
            }
        }
    }

    #[tokio::test]
    async fn a_signal_that_comes_while_signals_are_held_is_the_next_one() {
        let held = HeldSignals::hold().unwrap();
        // To this thread alone: the others of the test binary hold nothing.
        system::raise(system::Signal::SIGVTALRM).unwrap();
        let mut signals = Signals::listen_to_held(held).unwrap();
        assert_eq!(signals.next_ending().await, "SIGVTALRM");
    }
}
