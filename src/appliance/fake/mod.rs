//! A scripted appliance for the tests of this room: a map from lines to replies behind the transport's
//! traits. The simulator is another thing: it has a world.

mod shell;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use tokio::{io::duplex, sync::watch, time::sleep};

use super::transport::{BoxedWire, ConnectError, Connection, Pending, Transport};
use crate::{
    clock::Clock,
    run::{HostKey, Timestamp},
};

#[derive(Clone, Debug)]
enum Reaction {
    Say(String),
    Slowly(Duration, String),
    Hang,
    /// Says nothing any more, whatever is typed.
    Mute,
    Password,
    /// Ends every shell of the connection, before anything is said.
    Drop,
    /// Ends every shell of the connection, after the text.
    SayAndDrop(String),
    /// Ends this shell alone.
    EndShell,
}

#[derive(Debug, Default)]
struct State {
    host: String,
    replies: BTreeMap<String, Reaction>,
    typed: Vec<String>,
    /// Replication as the built-in words switch it.
    replicates: bool,
    threads: u32,
    log: Vec<String>,
    /// The older files of the log, newest first.
    older: Vec<Vec<String>>,
    /// Which file the log is.
    file: usize,
    /// How often `freeze_follows` was called. A follow that began before the last call prints nothing more.
    frozen: usize,
    /// How many follows have begun.
    follows: usize,
    /// The number of follows that hold lines back, counted from the first, and for how long.
    late: (usize, Duration),
    /// How many lines a follow prints of what the log held before it began.
    follow_shows: usize,
    /// How long a follow waits before it prints them.
    follow_waits: Duration,
    connections: u32,
    refuse: Vec<ConnectError>,
    /// Whether shells opened from now on say anything.
    new_shells_are_mute: bool,
}

/// A pretend appliance; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Fake {
    state: Arc<Mutex<State>>,
    /// Counts up when all connections are to drop.
    cut: watch::Sender<u64>,
    log_grown: watch::Sender<usize>,
    clock: Clock,
}

impl Fake {
    pub(crate) fn new(host: &str) -> Self {
        let host = host.to_owned();
        let state = State { host, replicates: true, threads: 16, follow_shows: 10, ..State::default() };
        let clock = Clock::scaled(Timestamp::new(chrono::DateTime::UNIX_EPOCH), 1.0);
        Self {
            state: Arc::new(Mutex::new(state)),
            cut: watch::channel(0).0,
            log_grown: watch::channel(0).0,
            clock,
        }
    }

    pub(crate) fn clock(&self) -> Clock {
        self.clock
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panicked")
    }

    fn react(&self, line: &str, reaction: Reaction) {
        self.state().replies.insert(line.to_owned(), reaction);
    }

    /// From now on `line` is answered with `text`.
    pub(crate) fn answer(&self, line: &str, text: &str) {
        self.react(line, Reaction::Say(text.to_owned()));
    }

    /// Removes the scripted answer to `line`, which then gets its default answer again.
    pub(crate) fn answer_again(&self, line: &str) {
        self.state().replies.remove(line);
    }

    /// From now on `line` is answered with `text` after `delay`.
    pub(crate) fn answer_after(&self, line: &str, delay: Duration, text: &str) {
        self.react(line, Reaction::Slowly(delay, text.to_owned()));
    }

    /// From now on `line` is not answered.
    pub(crate) fn hang(&self, line: &str) {
        self.react(line, Reaction::Hang);
    }

    /// From now on a shell in which `line` was typed prints nothing any more.
    pub(crate) fn mute(&self, line: &str) {
        self.react(line, Reaction::Mute);
    }

    /// Shells opened from now on say nothing.
    pub(crate) fn mute_new_shells(&self) {
        self.state().new_shells_are_mute = true;
    }

    /// The next `line` drops the connection; it has its effect all the same.
    pub(crate) fn drop_at(&self, line: &str) {
        self.react(line, Reaction::Drop);
    }

    /// The next `line` is answered by half a reply, then the connection drops.
    pub(crate) fn drop_in(&self, line: &str, half: &str) {
        self.react(line, Reaction::SayAndDrop(half.to_owned()));
    }

    /// The next `line` ends its own shell only.
    pub(crate) fn end_shell_at(&self, line: &str) {
        self.react(line, Reaction::EndShell);
    }

    /// From now on `enable` asks for a password, and takes none.
    pub(crate) fn ask_password(&self) {
        self.react("enable", Reaction::Password);
    }

    /// Drops every connection.
    pub(crate) fn drop_all(&self) {
        self.cut.send_modify(|count| *count += 1);
    }

    /// The next connection attempt fails.
    pub(crate) fn refuse(&self, error: ConnectError) {
        self.state().refuse.push(error);
    }

    /// Appends lines to the log.
    pub(crate) fn log(&self, lines: impl IntoIterator<Item = String>) {
        let mut state = self.state();
        state.log.extend(lines);
        let length = state.log.len();
        drop(state);
        self.log_grown.send_replace(length);
    }

    /// The last line stands in the log otherwise than the follows have shown it.
    pub(crate) fn reword_last(&self, line: String) {
        if let Some(last) = self.state().log.last_mut() {
            *last = line;
        }
    }

    /// Empties the log, as a rotation does for `show log`.
    pub(crate) fn rotate(&self) {
        self.state().log.clear();
        self.log_grown.send_replace(0);
    }

    /// Begins a new log; whoever follows the old one goes on following that.
    pub(crate) fn rotate_away(&self) {
        let mut state = self.state();
        let old = std::mem::take(&mut state.log);
        state.older.insert(0, old);
        state.file += 1;
    }

    /// The follows of now show nothing any more, and do not end.
    pub(crate) fn freeze_follows(&self) {
        self.state().frozen += 1;
    }

    /// The follows of now show lines only `delay` after they were written.
    pub(crate) fn delay_follows(&self, delay: Duration) {
        let mut state = self.state();
        state.late = (state.follows, delay);
    }

    /// Removes all but the newest `files` older files of the log.
    pub(crate) fn keep_older(&self, files: usize) {
        self.state().older.truncate(files);
    }

    /// How many old lines the follow prints first.
    pub(crate) fn follow_shows(&self, lines: usize) {
        self.state().follow_shows = lines;
    }

    /// How long a follow waits before it prints old lines.
    pub(crate) fn follow_waits(&self, wait: Duration) {
        self.state().follow_waits = wait;
    }

    /// Every line typed so far.
    pub(crate) fn typed(&self) -> Vec<String> {
        self.state().typed.clone()
    }

    /// The lines typed after the first `line`.
    pub(crate) fn typed_after(&self, line: &str) -> Vec<String> {
        self.typed().into_iter().skip_while(|typed| typed != line).skip(1).collect()
    }

    pub(crate) fn connections(&self) -> u32 {
        self.state().connections
    }

    pub(crate) fn replicates(&self) -> bool {
        self.state().replicates
    }

    pub(crate) fn connection(&self) -> Box<dyn Connection> {
        Box::new(FakeConnection(self.clone(), *self.cut.borrow()))
    }
}

impl Transport for Fake {
    fn connect(&self) -> Pending<'_, Result<Box<dyn Connection>, ConnectError>> {
        Box::pin(async {
            sleep(Duration::from_millis(5)).await;
            let mut state = self.state();
            if !state.refuse.is_empty() {
                return Err(state.refuse.remove(0));
            }
            state.connections += 1;
            drop(state);
            Ok(self.connection())
        })
    }
}

struct FakeConnection(Fake, u64);

impl Connection for FakeConnection {
    fn open_shell(&self) -> Pending<'_, Result<BoxedWire, ConnectError>> {
        Box::pin(async {
            sleep(Duration::from_millis(2)).await;
            // Cut since this connection was made.
            if *self.0.cut.borrow() != self.1 {
                let detail = "the connection is gone".to_owned();
                return Err(ConnectError::Other { destination: "fake".into(), detail });
            }
            let (ours, theirs) = duplex(1 << 14);
            tokio::spawn(shell::run(self.0.clone(), theirs));
            Ok(Box::new(ours) as BoxedWire)
        })
    }

    fn host_key(&self) -> Option<String> {
        Some("SHA256:fake".into())
    }

    fn host_keys(&self) -> Vec<HostKey> {
        Vec::new()
    }

    fn close(self: Box<Self>) -> Pending<'static, ()> {
        Box::pin(async {})
    }
}
