//! A program in a terminal of its own: keys in, the screen as a person would see it out.

use std::{
    io::{Read as _, Write},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use super::PATIENCE;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// A program under test and the screen it draws.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    bytes: Receiver<(Instant, Vec<u8>)>,
    parser: vt100::Parser,
    received: Vec<u8>,
    /// When the program had written how many of these bytes.
    moments: Vec<(Instant, usize)>,
}

impl Terminal {
    /// Starts `program` with `arguments` in a terminal of that size.
    pub fn start(
        program: &str,
        arguments: &[&str],
        environment: &[(&str, &str)],
        rows: u16,
        columns: u16,
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo terminal");
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let keys = pair.master.take_writer().expect("a writer");
        let (sender, bytes) = channel();
        thread::spawn(move || {
            let mut block = vec![0; 65536];
            while let Ok(read @ 1..) = reader.read(&mut block) {
                if sender.send((Instant::now(), block[..read].to_vec())).is_err() {
                    return;
                }
            }
        });
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        Self { child, master: pair.master, keys, bytes, parser, received: Vec::new(), moments: Vec::new() }
    }

    /// Types `keys`.
    pub fn type_keys(&mut self, keys: &str) {
        self.type_bytes(keys.as_bytes());
    }

    /// Types `bytes`, be they keys or not.
    pub fn type_bytes(&mut self, bytes: &[u8]) {
        self.keys.write_all(bytes).expect("the terminal takes keys");
        self.keys.flush().expect("the terminal takes keys");
    }

    /// The screen as text.
    pub fn contents(&self) -> String {
        self.parser.screen().contents()
    }

    /// The screen as text, with all that was written up to now.
    pub fn shown_now(&mut self) -> String {
        while let Ok(block) = self.bytes.try_recv() {
            self.take(block);
        }
        self.contents()
    }

    fn take(&mut self, (at, bytes): (Instant, Vec<u8>)) {
        self.parser.process(&bytes);
        self.received.extend_from_slice(&bytes);
        self.moments.push((at, self.received.len()));
    }

    /// What the program wrote, in blocks, and when.
    pub fn output(&self) -> impl Iterator<Item = (Instant, &[u8])> {
        let mut from = 0;
        self.moments.iter().map(move |(at, to)| (*at, &self.received[std::mem::replace(&mut from, *to)..*to]))
    }

    /// All bytes the program ever wrote.
    pub fn received(&self) -> &[u8] {
        &self.received
    }

    /// Waits until the screen's text satisfies `condition`.
    pub fn wait_until(&mut self, what: &str, condition: impl Fn(&str) -> bool) {
        self.wait_until_screen(what, |screen| condition(&screen.contents()));
    }

    /// Waits until the screen satisfies `condition`.
    pub fn wait_until_screen(&mut self, what: &str, condition: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !condition(self.parser.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.bytes.recv_timeout(left) {
                Ok(block) => self.take(block),
                Err(RecvTimeoutError::Timeout) => panic!("not seen in time: {what}\n{}", self.contents()),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("the program ended before: {what}\n{}", self.contents())
                }
            }
        }
    }

    /// Takes in what the program writes within `time`, so that it is never held up.
    pub fn drain(&mut self, time: Duration) {
        let deadline = Instant::now() + time;
        while let Ok(block) = self.bytes.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.take(block);
        }
    }

    /// Waits until the program has written `bytes` after the first `from` bytes it ever wrote.
    pub fn wait_for_bytes(&mut self, from: usize, wanted: &[u8]) {
        let deadline = Instant::now() + PATIENCE;
        while !self.received[from..].windows(wanted.len()).any(|bytes| bytes == wanted) {
            let left = deadline.saturating_duration_since(Instant::now());
            let block = self.bytes.recv_timeout(left).expect("the program writes it in time");
            self.take(block);
        }
    }

    /// Waits until the screen shows `text`.
    pub fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |screen| screen.contains(text));
    }

    /// Pauses replication on `ava-prod` by key, the names of the pair confirmed on the way.
    pub fn pause(&mut self) {
        self.wait_for("verified");
        self.type_keys("p");
        self.wait_for("Confirm the two appliances");
        self.type_keys("ava-prod\r");
        self.wait_for("no replication enable");
        self.type_keys("ava-prod\r");
        self.wait_for("pause confirmed");
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, rows: u16, columns: u16) {
        self.parser.screen_mut().set_size(cells(rows), cells(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).expect("the terminal is resized");
    }

    /// The process id of the program.
    pub fn process_id(&self) -> u32 {
        self.child.process_id().expect("a running program")
    }

    /// Closes the terminal under the program, and waits for its end; its exit code.
    pub fn close(self) -> u32 {
        let Self { mut child, master, keys, bytes, .. } = self;
        drop((keys, master, bytes));
        // The reader holds the master until it sees its end or has something to hand over.
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = child.try_wait().expect("the program can be waited for") {
                return status.exit_code();
            }
            if Instant::now() > deadline {
                child.kill().expect("the program can be killed");
                panic!("the program did not end with its terminal");
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Closes the terminal under the program, which goes on.
    pub fn close_and_leave(self) {
        let Self { child, master, keys, bytes, .. } = self;
        // Waited for, so that it does not stay behind as a zombie.
        thread::spawn(move || { child }.wait());
        drop((keys, master, bytes));
    }

    /// Kills the program at once, whatever it is doing.
    pub fn kill(mut self) {
        let pid = self.process_id().try_into().expect("a process id");
        // What the child's own `kill` sends first is a hang-up, which ends the program in order.
        super::processes::signal(&[pid], nix::sys::signal::Signal::SIGKILL);
        let status = self.child.wait().expect("the program can be waited for");
        assert!(status.signal().is_some(), "it had ended before: {status:?}");
    }

    /// Waits for the program's end; its exit code, and all it wrote after the screen was given back.
    pub fn wait_for_exit(self) -> (u32, String) {
        self.wait_for_exit_with(|_| {})
    }

    /// The same, and looks at all bytes the program ever wrote.
    pub fn wait_for_exit_with(mut self, look: impl FnOnce(&[u8])) -> (u32, String) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.bytes.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(block) => self.take(block),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    self.child.kill().expect("the program can be killed");
                    panic!("the program did not end\n{}", self.contents());
                }
            }
        }
        look(&self.received);
        let status = self.child.wait().expect("the program can be waited for");
        assert!(!self.parser.screen().alternate_screen(), "the alternate screen was not left");
        assert!(!self.parser.screen().hide_cursor(), "the cursor was not given back");
        (status.exit_code(), self.parser.screen().contents())
    }
}

fn cells(count: u16) -> std::num::NonZeroU16 {
    std::num::NonZeroU16::new(count).expect("a terminal has cells")
}
