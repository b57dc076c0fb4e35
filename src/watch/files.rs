//! The log from a file that is followed by name, or from standard input to its end.

use std::{
    io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{
    fs::File,
    io::{AsyncRead, AsyncReadExt as _, AsyncSeekExt as _},
    sync::{mpsc::Sender, oneshot},
};

use crate::{
    appliance::observation::Observation,
    clock::Clock,
    run::{Arrival, At},
};

/// How much is read at once.
const BLOCK: usize = 256 * 1024;

/// A line longer than this is passed on in pieces, so that memory stays bounded.
const LINE_LIMIT: usize = 1024 * 1024;

/// How often a followed file is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// A pipe silent for so long has given all that was written before.
const PAUSE: Duration = Duration::from_millis(500);

/// A line whose end has not come after so many looks is passed on as it is.
const PATIENCE: u32 = 20;

/// Bytes to whole lines.
#[derive(Default)]
struct Lines {
    rest: Vec<u8>,
}

impl Lines {
    /// All lines that are whole once `bytes` are added.
    fn add(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.rest.extend_from_slice(bytes);
        let end = match memchr::memrchr(b'\n', &self.rest) {
            Some(end) => end + 1,
            None if self.rest.len() > LINE_LIMIT => self.rest.len(),
            None => return None,
        };
        let rest = self.rest.split_off(end);
        Some(std::mem::replace(&mut self.rest, rest))
    }

    /// What is left when no more comes.
    fn finish(&mut self) -> Option<Vec<u8>> {
        (!self.rest.is_empty()).then(|| std::mem::take(&mut self.rest))
    }
}

/// Reads `source` to its end.
async fn drain(
    source: &mut (impl AsyncRead + Unpin),
    lines: &mut Lines,
    arrival: Arrival,
    out: &Sender<Observation>,
) -> io::Result<u64> {
    let mut block = vec![0; BLOCK];
    let mut total = 0;
    loop {
        let read = source.read(&mut block).await?;
        if read == 0 {
            return Ok(total);
        }
        total += read as u64;
        if let Some(bytes) = block.get(..read).and_then(|bytes| lines.add(bytes)) {
            send(out, bytes, arrival).await?;
        }
    }
}

async fn send(out: &Sender<Observation>, bytes: Vec<u8>, arrival: Arrival) -> io::Result<()> {
    let observation = Observation::Log { bytes, arrival };
    out.send(observation).await.map_err(|_| io::ErrorKind::BrokenPipe.into())
}

/// Passes on standard input until it ends; `ended` is dropped then.
pub(super) async fn read_standard_input(out: Sender<Observation>, clock: Clock, ended: oneshot::Sender<()>) {
    let mut lines = Lines::default();
    let mut arrival = Arrival::CaughtUp;
    let result = pass_on(&mut tokio::io::stdin(), &mut lines, &mut arrival, &out).await;
    if let Some(rest) = lines.finish() {
        // The hub is gone only when the watch ends anyway.
        drop(send(&out, rest, arrival).await);
    }
    if let Err(error) = result {
        let (from, to) = (clock.now(), clock.now());
        let reason = format!("standard input cannot be read any further: {error}");
        drop(out.send(Observation::LogGap { from, to, reason }).await);
    }
    drop(ended);
}

/// Reads a pipe to its end. What is there at once was written before; once it has to be waited for,
/// lines arrive as they are written.
async fn pass_on(
    input: &mut (impl AsyncRead + Unpin),
    lines: &mut Lines,
    arrival: &mut Arrival,
    out: &Sender<Observation>,
) -> io::Result<()> {
    let mut block = vec![0; BLOCK];
    loop {
        let read = if *arrival == Arrival::Live {
            input.read(&mut block).await?
        } else if let Ok(read) = tokio::time::timeout(PAUSE, input.read(&mut block)).await {
            read?
        } else {
            *arrival = Arrival::Live;
            continue;
        };
        if read == 0 {
            return Ok(());
        }
        if let Some(bytes) = block.get(..read).and_then(|bytes| lines.add(bytes)) {
            send(out, bytes, *arrival).await?;
        }
    }
}

/// What of a log an earlier watch has taken in.
pub(super) struct Seen {
    /// Where that stands.
    pub(super) log: PathBuf,
    /// Its length in whole lines.
    pub(super) length: u64,
    /// Its last lines.
    pub(super) last: Vec<u8>,
    /// When it was left.
    pub(super) left_at: At,
}

/// Follows the file of that name from its start, or from where it was `seen` to: through growth,
/// rotation and truncation.
pub(super) async fn follow(path: PathBuf, clock: Clock, out: Sender<Observation>, seen: Option<Seen>) {
    let mut follower = Follower { path, lines: Lines::default(), open: None };
    if let Some(seen) = seen.filter(|seen| seen.length > 0)
        && !follower.go_on_from(&seen).await.unwrap_or(false)
    {
        let reason = format!(
            "{} no longer holds the lines taken in last; it is read from its start",
            follower.path.display()
        );
        drop(out.send(Observation::LogGap { from: seen.left_at, to: clock.now(), reason }).await);
    }
    let mut idle = 0;
    loop {
        let before = follower.lines.rest.len();
        if follower.look(&out).await.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return;
        }
        let waits = before > 0 && follower.lines.rest.len() == before;
        idle = if waits { idle + 1 } else { 0 };
        if idle == PATIENCE
            && let Some(rest) = follower.lines.finish()
            && send(&out, rest, Arrival::Live).await.is_err()
        {
            return;
        }
        clock.sleep(LOOK_EVERY).await;
    }
}

struct Follower {
    path: PathBuf,
    lines: Lines,
    open: Option<Open>,
}

struct Open {
    file: File,
    inode: (u64, u64),
    position: u64,
    arrival: Arrival,
}

impl Follower {
    /// Opens the file behind what was seen of it; false where that is not in it.
    async fn go_on_from(&mut self, seen: &Seen) -> io::Result<bool> {
        let mut open = Open::new(&self.path).await?;
        let mut log = File::open(&seen.log).await?.take(seen.length);
        let mut same = starts_with(&mut open.file, &mut log).await?;
        open.position = seen.length;
        if !same && let Some(end) = end_of(&mut open.file, &seen.last).await? {
            open.position = end;
            same = true;
        }
        open.file.seek(io::SeekFrom::Start(open.position)).await?;
        self.open = same.then_some(open);
        Ok(same)
    }

    /// Passes on what has come; turns to the file that now bears the name once the old one is read.
    async fn look(&mut self, out: &Sender<Observation>) -> io::Result<()> {
        if let Some(open) = &mut self.open {
            open.position += drain(&mut open.file, &mut self.lines, open.arrival, out).await?;
            open.arrival = Arrival::Live;
        }
        let named = identify(&self.path).await;
        match (&mut self.open, named) {
            (Some(open), Ok((inode, length))) if inode == open.inode => {
                if length < open.position {
                    *open = Open { arrival: Arrival::Live, ..Open::new(&self.path).await? };
                    self.end_line(out).await?;
                }
            }
            (open, Ok(_)) => {
                let arrival = if open.is_some() { Arrival::Live } else { Arrival::CaughtUp };
                let named = Open { arrival, ..Open::new(&self.path).await? };
                if let Some(mut old) = open.replace(named) {
                    // What was written between the last reading and the rename.
                    drain(&mut old.file, &mut self.lines, Arrival::Live, out).await?;
                    self.end_line(out).await?;
                }
                if let Some(open) = &mut self.open {
                    open.position += drain(&mut open.file, &mut self.lines, open.arrival, out).await?;
                    open.arrival = Arrival::Live;
                }
            }
            // Between two files of the name, or before the first: what is open is kept.
            (_, Err(_)) => {}
        }
        Ok(())
    }
}

impl Follower {
    /// Passes on the unfinished last line of a file that is done with: it is no beginning of the
    /// next one's first.
    async fn end_line(&mut self, out: &Sender<Observation>) -> io::Result<()> {
        match self.lines.finish() {
            Some(mut rest) => {
                rest.push(b'\n');
                send(out, rest, Arrival::Live).await
            }
            None => Ok(()),
        }
    }
}

impl Open {
    async fn new(path: &Path) -> io::Result<Self> {
        let file = File::open(path).await?;
        let metadata = file.metadata().await?;
        Ok(Self { file, inode: (metadata.dev(), metadata.ino()), position: 0, arrival: Arrival::CaughtUp })
    }
}

/// Whether `file` begins with all of `start`.
async fn starts_with(
    file: &mut (impl AsyncRead + Unpin),
    start: &mut (impl AsyncRead + Unpin),
) -> io::Result<bool> {
    let (mut wanted, mut found) = (vec![0; BLOCK], vec![0; BLOCK]);
    loop {
        let read = start.read(&mut wanted).await?;
        let (Some(wanted), Some(found)) = (wanted.get(..read), found.get_mut(..read)) else {
            return Ok(false);
        };
        if read == 0 {
            return Ok(true);
        }
        match file.read_exact(found).await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(false),
            other => other?,
        };
        if wanted != found {
            return Ok(false);
        }
    }
}

/// Where `lines` end in `file` for the last time.
async fn end_of(file: &mut File, lines: &[u8]) -> io::Result<Option<u64>> {
    file.rewind().await?;
    let mut window = Vec::new();
    let mut block = vec![0; BLOCK];
    let (mut begin, mut end) = (0_u64, None);
    loop {
        let read = file.read(&mut block).await?;
        if read == 0 {
            return Ok(end);
        }
        window.extend_from_slice(block.get(..read).unwrap_or_default());
        if let Some(at) = memchr::memmem::rfind(&window, lines) {
            end = Some(begin + (at + lines.len()) as u64);
        }
        let settled = window.len().saturating_sub(lines.len());
        window.drain(..settled);
        begin += settled as u64;
    }
}

async fn identify(path: &Path) -> io::Result<((u64, u64), u64)> {
    let metadata = tokio::fs::metadata(path).await?;
    Ok(((metadata.dev(), metadata.ino()), metadata.len()))
}
