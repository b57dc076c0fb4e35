//! Following a log file by name: through growth, rotation, and being emptied.

use std::{
    io,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{
    fs::File,
    io::{AsyncRead, AsyncReadExt as _, AsyncSeekExt as _},
    sync::mpsc::Sender,
};

use super::{
    BLOCK, Lines,
    rotated::{Inode, Rotated, after, rotated},
    send,
};
use crate::{
    appliance::observation::Observation,
    clock::Clock,
    run::{Arrival, At},
};

/// How often a followed file is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// A line whose end has not come after so many looks is passed on as it is.
const PATIENCE: u32 = 20;

/// Bytes read last that have to stand where they stood, or the file is another under the same name.
const EVIDENCE: usize = 4096;

/// What of a log an earlier watch has taken in.
pub(in crate::watch) struct Seen {
    /// Where that stands.
    pub(in crate::watch) log: PathBuf,
    /// Its length in whole lines.
    pub(in crate::watch) length: u64,
    /// Its last lines.
    pub(in crate::watch) last: Vec<u8>,
    /// When it was left.
    pub(in crate::watch) left_at: At,
}

/// Follows the file of that name from its start, or from where it was `seen` to.
pub(in crate::watch) async fn follow(
    path: PathBuf,
    clock: Clock,
    out: Sender<Observation>,
    seen: Option<Seen>,
) {
    let mut follower = Follower { path, lines: Lines::default(), open: None, looked_at: clock.now(), out };
    if let Some(seen) = seen.filter(|seen| seen.length > 0)
        && !follower.go_on_from(&seen).await.unwrap_or(false)
    {
        let reason = format!(
            "{} no longer holds the lines taken in last; it is read from its start",
            follower.path.display()
        );
        drop(follower.out.send(Observation::LogGap { from: seen.left_at, to: clock.now(), reason }).await);
    }
    let mut idle = 0;
    loop {
        let before = follower.lines.rest.len();
        let now = clock.now();
        if follower.look(now).await.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            return;
        }
        follower.looked_at = now;
        let waits = before > 0 && follower.lines.rest.len() == before;
        idle = if waits { idle + 1 } else { 0 };
        if idle == PATIENCE
            && let Some(rest) = follower.lines.finish()
            && send(&follower.out, rest, Arrival::Live).await.is_err()
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
    /// When the file was last looked at.
    looked_at: At,
    out: Sender<Observation>,
}

/// A file that is read on and on.
struct Open {
    file: File,
    inode: Inode,
    position: u64,
    arrival: Arrival,
    /// The last bytes before the position.
    last: Vec<u8>,
}

impl Open {
    async fn new(path: &Path, arrival: Arrival) -> io::Result<Self> {
        let file = File::open(path).await?;
        let metadata = file.metadata().await?;
        let inode = (metadata.dev(), metadata.ino());
        Ok(Self { file, inode, position: 0, arrival, last: Vec::new() })
    }

    /// Goes to `position`, whatever stands before it.
    async fn go_to(&mut self, position: u64) -> io::Result<()> {
        let length = EVIDENCE.min(usize::try_from(position).unwrap_or(EVIDENCE));
        self.file.seek(io::SeekFrom::Start(position - length as u64)).await?;
        self.last = vec![0; length];
        self.file.read_exact(&mut self.last).await?;
        self.position = position;
        Ok(())
    }

    /// Whether the bytes read last still stand where they stood.
    async fn is_as_read(&mut self) -> io::Result<bool> {
        let last = self.last.clone();
        match self.go_to(self.position).await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.last = last;
                Ok(false)
            }
            other => {
                other?;
                let is_same = self.last == last;
                self.last = last;
                Ok(is_same)
            }
        }
    }

    /// Passes on all that has come.
    async fn drain(&mut self, lines: &mut Lines, out: &Sender<Observation>) -> io::Result<()> {
        let mut block = vec![0; BLOCK];
        loop {
            let read = self.file.read(&mut block).await?;
            let Some(bytes) = block.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
            self.position += read as u64;
            self.last.extend_from_slice(bytes);
            let surplus = self.last.len().saturating_sub(EVIDENCE);
            self.last.drain(..surplus);
            if let Some(bytes) = lines.add(bytes) {
                send(out, bytes, self.arrival).await?;
            }
        }
        self.arrival = Arrival::Live;
        Ok(())
    }
}

impl Follower {
    /// Opens the file that holds what was seen, behind it; false where none does.
    async fn go_on_from(&mut self, seen: &Seen) -> io::Result<bool> {
        let mut open = Open::new(&self.path, Arrival::CaughtUp).await?;
        let mut log = File::open(&seen.log).await?.take(seen.length);
        let mut place = starts_with(&mut open.file, &mut log).await?.then_some(seen.length);
        if place.is_none() {
            place = end_of(&mut open.file, &seen.last).await?;
        }
        let mut older = rotated(&self.path).await.unwrap_or_default();
        while place.is_none()
            && let Some(file) = older.pop()
        {
            open = Open::new(&file.path, Arrival::CaughtUp).await?;
            place = end_of(&mut open.file, &seen.last).await?;
        }
        let Some(place) = place else { return Ok(false) };
        open.go_to(place).await?;
        self.open = Some(open);
        Ok(true)
    }

    /// Passes on what has come; turns to the file that now bears the name once the old one is read.
    async fn look(&mut self, now: At) -> io::Result<()> {
        let named = tokio::fs::metadata(&self.path).await;
        let Some(mut open) = self.open.take() else {
            // Before the first file of the name there is nothing to read.
            let mut open = Open::new(&self.path, Arrival::CaughtUp).await?;
            open.drain(&mut self.lines, &self.out).await?;
            self.open = Some(open);
            return Ok(());
        };
        let read = self.read_on(&mut open, now).await;
        self.open = Some(open);
        read?;
        // Between two files of the name what is open is kept.
        let Ok(named) = named else { return Ok(()) };
        if self.open.as_ref().is_some_and(|open| open.inode != (named.dev(), named.ino())) {
            self.turn_to_next(now).await?;
        }
        Ok(())
    }

    /// Passes on what has come to the open file, or turns to its beginning where it was emptied.
    async fn read_on(&mut self, open: &mut Open, now: At) -> io::Result<()> {
        let length = open.file.metadata().await?.len();
        if length == open.position {
            return Ok(());
        }
        if !open.is_as_read().await? {
            self.find_copy(open, now).await?;
            self.end_line().await?;
            open.go_to(0).await?;
        }
        open.drain(&mut self.lines, &self.out).await
    }

    /// The file was emptied: what was written to it before that since the last look stands in its copy,
    /// if one was made.
    async fn find_copy(&mut self, open: &Open, now: At) -> io::Result<()> {
        for file in rotated(&self.path).await.unwrap_or_default().into_iter().rev() {
            let mut copy = Open::new(&file.path, Arrival::Live).await?;
            let is_copy = copy.go_to(open.position).await.is_ok() && copy.last == open.last;
            if is_copy && file.inode != open.inode {
                return copy.drain(&mut self.lines, &self.out).await;
            }
        }
        let reason = format!(
            "{} was emptied, and no copy of it holds what was written to it since it was last read",
            self.path.display()
        );
        self.gap(now, reason).await
    }

    /// Reads what is left of the open file and all of those that bore the name since, and opens the one that
    /// bears it now.
    async fn turn_to_next(&mut self, now: At) -> io::Result<()> {
        let Some(mut old) = self.open.take() else { return Ok(()) };
        // What was written between the last reading and the rename.
        old.drain(&mut self.lines, &self.out).await?;
        self.end_line().await?;
        let mut next = Open::new(&self.path, Arrival::Live).await?;
        for file in self.between(&old, now).await?.into_iter().filter(|file| file.inode != next.inode) {
            let mut file = Open::new(&file.path, Arrival::Live).await?;
            file.drain(&mut self.lines, &self.out).await?;
            self.end_line().await?;
        }
        next.drain(&mut self.lines, &self.out).await?;
        self.open = Some(next);
        Ok(())
    }

    /// The files that bore the name after `old`, as far as they are still there.
    async fn between(&self, old: &Open, now: At) -> io::Result<Vec<Rotated>> {
        let files = rotated(&self.path).await.unwrap_or_default();
        if let Some(between) = after(&files, old.inode) {
            return Ok(between);
        }
        // The old one was removed or packed; others may have been as well.
        let written = old.file.metadata().await?.modified()?;
        let newer: Vec<_> = files.into_iter().filter(|file| file.modified > written).collect();
        if !newer.is_empty() {
            let reason = format!(
                "{} was rotated more than once since it was last read, and the file read then is gone",
                self.path.display()
            );
            self.gap(now, reason).await?;
        }
        Ok(newer)
    }

    /// Puts on record that lines since the last look are missing.
    async fn gap(&self, now: At, reason: String) -> io::Result<()> {
        let gap = Observation::LogGap { from: self.looked_at, to: now, reason };
        self.out.send(gap).await.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    /// Passes on the unfinished last line of a file that is done with: it is no beginning of the
    /// next one's first.
    async fn end_line(&mut self) -> io::Result<()> {
        match self.lines.finish() {
            Some(mut rest) => {
                rest.push(b'\n');
                send(&self.out, rest, Arrival::Live).await
            }
            None => Ok(()),
        }
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
