//! Following a log file by name: through growth, rotation, and being emptied.

use std::{io, os::unix::fs::MetadataExt as _, path::PathBuf, time::Duration};

use tokio::sync::mpsc::Sender;

use super::{
    Outlet,
    history::{Found, Since, Turn, is_followed, since},
    open::{Open, Place},
    rotated::Rotated,
    seen::Seen,
};
use crate::{
    appliance::observation::Observation,
    clock::Clock,
    run::{Arrival, At, Span},
};

/// How often a followed file is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Between two looks no longer apart than this a log is not rotated twice.
const SHORT: Span = Span::from_secs(5);

/// Files remembered as read.
const REMEMBERED: usize = 16;

/// Follows the file of that name from its start, or from where it was `seen` to.
pub(in crate::watch) async fn follow(
    path: PathBuf,
    clock: Clock,
    out: Sender<Observation>,
    seen: Option<Seen>,
) {
    let seen = seen.filter(|seen| seen.length > 0);
    let mut outlet = Outlet::new(out);
    outlet.is_between_lines =
        seen.as_ref().is_none_or(|seen| seen.last.is_empty() || seen.last.ends_with(b"\n"));
    let looked_at = clock.now();
    let mut follower =
        Follower { path, seen, open: None, looked_at, is_frozen: false, ends: Vec::new(), outlet };
    loop {
        let now = clock.now();
        let looked = follower.look(now).await;
        if follower.judge(looked, now).await.is_err() {
            return;
        }
        clock.sleep(LOOK_EVERY).await;
    }
}

struct Follower {
    path: PathBuf,
    /// What is to be found before anything is read.
    seen: Option<Seen>,
    open: Option<Open>,
    /// When the file was last looked at, and could be read.
    looked_at: At,
    /// Whether the gap is on record that a file makes which cannot be read.
    is_frozen: bool,
    /// Where files ended that were read, the latest last.
    ends: Vec<Place>,
    outlet: Outlet,
}

impl Follower {
    /// Goes on behind what was seen, or from the start where that is nowhere to be found.
    ///
    /// # Errors
    /// The log cannot be read now: it may hold what was seen.
    async fn go_on(&mut self, now: At) -> io::Result<()> {
        let Some(seen) = &self.seen else { return Ok(()) };
        self.open = seen.find(&self.path).await?;
        let left_at = seen.left_at;
        if self.open.is_none() {
            // Where there is none yet it is to be waited for.
            tokio::fs::metadata(&self.path).await?;
        }
        self.seen = None;
        if self.open.is_some() {
            return Ok(());
        }
        self.outlet.end_line().await?;
        let reason = format!(
            "{} no longer holds the lines taken in last; it is read from its start",
            self.path.display()
        );
        self.outlet.observe(Observation::LogGap { from: left_at, to: now, reason }).await
    }

    /// A file that cannot be read is looked at again and again; one that stays so is a gap, before it is too late to
    /// mend it.
    ///
    /// # Errors
    /// Nobody takes the log any more.
    async fn judge(&mut self, looked: io::Result<()>, now: At) -> io::Result<()> {
        match looked {
            Ok(()) => (self.looked_at, self.is_frozen) = (now, false),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Err(error),
            // Between two files of a name there is none.
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.open.is_some() => {
                self.looked_at = now;
            }
            Err(error) if !self.is_frozen && now.since(self.looked_at) > SHORT => {
                let path = self.path.display();
                let reason = format!("{path} cannot be read ({error}); it is tried again all the time");
                self.gap(now, reason).await?;
                self.is_frozen = true;
            }
            Err(_) => {}
        }
        Ok(())
    }

    /// Passes on what has come; turns to the file that now bears the name once the old one is read.
    async fn look(&mut self, now: At) -> io::Result<()> {
        if self.seen.is_some() {
            self.go_on(now).await?;
        }
        let named = match tokio::fs::metadata(&self.path).await {
            // Between two files of a name there is none.
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            named => Some(named?),
        };
        let Some(open) = &mut self.open else {
            // Before the first file of the name there is nothing to read.
            return self.turn_to(Open::new(&self.path, Arrival::CaughtUp).await?).await;
        };
        if open.has_changed().await? {
            if open.is_fresh() || !open.is_as_read().await? {
                return self.catch_up(Turn::Emptied, now).await;
            }
            open.drain(&mut self.outlet).await?;
        }
        let Some(named) = named.filter(|named| (named.dev(), named.ino()) != open.inode) else {
            return Ok(());
        };
        // While nothing is written to the new file the old one may still grow.
        let is_over = named.len() > 0 || is_followed(&self.path, open, (named.dev(), named.ino())).await;
        if is_over { self.catch_up(Turn::Renamed, now).await } else { Ok(()) }
    }

    /// Reads `open` on from its place.
    async fn turn_to(&mut self, open: Open) -> io::Result<()> {
        if let Some(end) = self.open.replace(open).as_ref().and_then(Open::end) {
            self.ends.push(end.clone());
            self.ends.drain(..self.ends.len().saturating_sub(REMEMBERED));
        }
        match &mut self.open {
            Some(open) => open.drain(&mut self.outlet).await,
            None => Ok(()),
        }
    }

    /// Reads all that was written since to files that no longer bear the name, and turns to the one that does.
    async fn catch_up(&mut self, turn: Turn, now: At) -> io::Result<()> {
        let Some(read) = &mut self.open else { return Ok(()) };
        // Opened first: should it be rotated meanwhile, the next look finds it among the others.
        let next = Open::new(&self.path, Arrival::Live).await?;
        if turn == Turn::Renamed {
            read.drain(&mut self.outlet).await?;
        }
        let Since { later, place } = since(&self.path, read, turn, next.inode, &self.ends).await;
        match place {
            Found::Own => {}
            Found::Copy(copy) => self.turn_to(*copy).await?,
            Found::Nowhere if read.is_fresh() && later.is_empty() => {}
            Found::Nowhere => self.tell_of_loss(turn, &later, now).await?,
        }
        for file in later {
            self.outlet.end_line().await?;
            self.read_whole(&file, now).await?;
        }
        self.outlet.end_line().await?;
        let next = match &self.open {
            Some(read) => next.after(read),
            None => next,
        };
        self.turn_to(next).await
    }

    async fn read_whole(&mut self, file: &Rotated, now: At) -> io::Result<()> {
        match file.open(Arrival::Live).await {
            Ok(open) => self.turn_to(open).await,
            Err(error) => self.gap(now, format!("{} cannot be read: {error}", file.path.display())).await,
        }
    }

    /// The place up to which the log was read is nowhere to be found: lines behind it may be missing.
    async fn tell_of_loss(&mut self, turn: Turn, later: &[Rotated], now: At) -> io::Result<()> {
        let path = self.path.display();
        let reason = match turn {
            Turn::Emptied => {
                format!(
                    "{path} was emptied, and no copy of it holds what was written to it since it was last read"
                )
            }
            Turn::Renamed if !later.is_empty() => {
                format!(
                    "{path} was rotated more than once since it was last read, and the file read then is gone"
                )
            }
            Turn::Renamed if now.since(self.looked_at) > SHORT => {
                format!("{path} was replaced while it was not looked at, and nothing tells how often")
            }
            // It was removed, or moved elsewhere, after it was read to its end.
            Turn::Renamed => return Ok(()),
        };
        self.outlet.end_line().await?;
        self.gap(now, reason).await
    }

    /// Puts on record that lines since the last look are missing.
    async fn gap(&self, now: At, reason: String) -> io::Result<()> {
        self.outlet.observe(Observation::LogGap { from: self.looked_at, to: now, reason }).await
    }
}
