//! The log that the pretend appliance writes: numbered lines at a steady rate, bursts, hostile lines,
//! rotation, a clock that is set. Everything ever written is kept, to be compared.

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard,
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use drwatch::clock::Clock;

/// The steady rate: 20 lines a second, which is what the requirement of the soak says. It paces the
/// pretend appliance, never the test, which counts the lines where time has to pass.
const INTERVAL: Duration = Duration::from_millis(50);

/// The first line of every file after a rotation, always the same.
const HEAD: &str = "BUILD_PROD_VERSION: rbt_ava 4.4.1 #31";

pub struct Written {
    folder: PathBuf,
    file: File,
    pub lines: Vec<Vec<u8>>,
    pub numbered: u64,
    /// How many older files there are.
    older: u64,
    behind: chrono::TimeDelta,
}

impl Written {
    fn write(&mut self, bytes: &[u8]) {
        self.file.write_all(bytes).unwrap();
        let lines = bytes.split_inclusive(|byte| *byte == b'\n').map(|line| line[..line.len() - 1].to_vec());
        self.lines.extend(lines);
    }

    fn stamp(&self) -> String {
        (Clock::system().now().utc() - self.behind).format("%b %e %H:%M:%S").to_string()
    }

    /// Writes `count` numbered lines at once; returns the last one.
    pub fn burst(&mut self, count: u64) -> String {
        let stamp = self.stamp();
        let mut text = String::new();
        let mut last = String::new();
        for _ in 0..count {
            self.numbered += 1;
            last = format!("{stamp} localhost rfsd[13852]: [soak.INFO] (7) line {}", self.numbered);
            text.push_str(&last);
            text.push('\n');
        }
        self.write(text.as_bytes());
        last
    }

    /// Writes a line of any bytes but a line feed.
    pub fn say(&mut self, bytes: &[u8]) {
        let line = [self.stamp().as_bytes(), b" localhost rfsd[13852]: ", bytes, b"\n"].concat();
        self.write(&line);
    }

    /// Writes a line without stamp and host.
    pub fn say_bare(&mut self, bytes: &[u8]) {
        self.write(&[bytes, b"\n"].concat());
    }

    /// Begins a new file; the older ones move up by one.
    pub fn rotate(&mut self) {
        for older in (1..=self.older).rev() {
            fs::rename(self.file_name(older), self.file_name(older + 1)).unwrap();
        }
        self.older += 1;
        fs::rename(self.folder.join("log"), self.file_name(1)).unwrap();
        self.file = open(&self.folder);
        self.write(format!("{HEAD}\n").as_bytes());
    }

    /// Removes the older files.
    pub fn remove_older(&mut self) {
        for older in 1..=self.older {
            fs::remove_file(self.file_name(older)).unwrap();
        }
        self.older = 0;
    }

    fn file_name(&self, older: u64) -> PathBuf {
        self.folder.join(format!("log.{older}"))
    }

    pub fn set_clock_back(&mut self, by: chrono::TimeDelta) {
        self.behind += by;
    }
}

fn open(folder: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(folder.join("log")).unwrap()
}

/// The log, growing by itself until dropped.
pub struct Log {
    written: Arc<Mutex<Written>>,
    /// Ends the writer when dropped.
    going: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Log {
    pub fn start(folder: &Path) -> Self {
        let written = Written {
            folder: folder.to_owned(),
            file: open(folder),
            lines: Vec::new(),
            numbered: 0,
            older: 0,
            behind: chrono::TimeDelta::zero(),
        };
        let written = Arc::new(Mutex::new(written));
        let shared = Arc::clone(&written);
        let (going, gone) = channel();
        let thread = std::thread::spawn(move || {
            while gone.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
                shared.lock().unwrap().burst(1);
            }
        });
        Self { written, going: Some(going), thread: Some(thread) }
    }

    pub fn now(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.going.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
