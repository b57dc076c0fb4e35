//! Following a log file by name: through growth, rotation, and being emptied.

mod presence;
mod reading;

use std::{io, os::unix::fs::MetadataExt as _, path::PathBuf, time::Duration};

use tokio::sync::mpsc::Sender;

use self::presence::State;
use super::{
    Outlet,
    history::{Folder, Found, Next, Since, Turn, is_followed, is_hole, since},
    open::{Open, Place, Read, no_file},
    rotated::{Rotated, changed_meanwhile, is_changed_meanwhile},
    seen::{Resumed, Seen},
};
use crate::{
    appliance::observation::Observation,
    clock::Clock,
    run::{Arrival, Elapsed, Timestamp},
};

/// How often a followed file is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Between two looks no longer apart than this a log is not rotated twice.
const SHORT: Elapsed = Elapsed::from_secs(5);

/// Looks before an orderly end, while the log cannot be read.
const LAST_LOOKS: u8 = 8;

/// Files remembered as read.
const REMEMBERED: usize = 16;

/// Follows the file of that name from its start, or from where it was `seen` to, until `closing` resolves: then it is
/// looked at once more.
pub(crate) async fn follow(
    path: PathBuf,
    clock: Clock,
    out: Sender<Observation>,
    seen: Option<Seen>,
    closing: impl Future<Output = ()> + Send,
) {
    let mut outlet = Outlet::new(out);
    outlet.is_between_lines =
        seen.as_ref().is_none_or(|seen| seen.last.is_empty() || seen.last.ends_with(b"\n"));
    let looked_at = seen.as_ref().map_or_else(|| clock.now(), |seen| seen.left_at);
    let named = tokio::fs::metadata(&path).await;
    let is_pipe = seen.is_none() && named.is_ok_and(|named| !named.is_file() && !named.is_dir());
    let mut follower = Follower {
        path,
        clock,
        seen,
        searched: None,
        open: None,
        unread: None,
        looked_at,
        failing: None,
        gone_since: None,
        last_named: None,
        state: State::Untold,
        is_pipe,
        first_arrival: Arrival::CaughtUp,
        folder: Folder::default(),
        ends: Vec::new(),
        outlet,
    };
    tokio::pin!(closing);
    let mut last_looks = None;
    loop {
        let now = clock.now();
        let looked = follower.look(now).await;
        if follower.judge(looked, now).await.is_err() {
            return;
        }
        match &mut last_looks {
            None => tokio::select! {
                () = &mut closing => last_looks = Some(LAST_LOOKS),
                () = clock.sleep(LOOK_EVERY) => {}
            },
            // A log that was rotated within a look is looked at again.
            Some(left) if *left > 0 && follower.failing.is_some() => *left -= 1,
            Some(_) => {
                // The receiver is gone only where nobody records any more.
                drop(follower.tell_read_to_end().await);
                return;
            }
        }
    }
}

struct Follower {
    path: PathBuf,
    clock: Clock,
    /// What is to be found before anything is read.
    seen: Option<Seen>,
    /// When that was last looked for: it may take reading every file there is.
    searched: Option<Timestamp>,
    open: Option<Open>,
    /// Since when lines may be missing before the first file, and why: told once that is open.
    unread: Option<(Timestamp, String)>,
    /// When the file was last looked at, and could be read.
    looked_at: Timestamp,
    /// Since when it cannot be read, and whether the gap is on record that this makes.
    failing: Option<(Timestamp, bool)>,
    /// Since when no file bears the name.
    gone_since: Option<Timestamp>,
    /// The last look at which the file that was read bore the name, where it does not any more.
    last_named: Option<Timestamp>,
    /// What is on record of the log being at hand.
    state: State,
    /// Whether the log is a named pipe or a device, that is read only once.
    is_pipe: bool,
    /// How the lines of the first file arrive.
    first_arrival: Arrival,
    /// The log's folder as it was just before the present file was opened: what has come since is new.
    folder: Folder,
    /// Where files ended that were read, the latest last.
    ends: Vec<Place>,
    outlet: Outlet,
}

impl Follower {
    /// Goes on behind what was seen, or from the start where that is nowhere to be found.
    ///
    /// # Errors
    /// The log cannot be read now: it may hold what was seen.
    async fn go_on(&mut self, now: Timestamp) -> io::Result<()> {
        let Some(seen) = &self.seen else { return Ok(()) };
        if self.searched.is_some_and(|searched| now.since(searched) < SHORT) {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.searched = Some(now);
        if seen.length == 0 {
            self.go_on_blank();
            return Ok(());
        }
        let before = Folder::of(&self.path).await?;
        let resumed = seen.find(&self.path).await?;
        let left_at = seen.left_at;
        if matches!(resumed, Resumed::Nowhere) {
            // Where there is none yet it is to be waited for.
            tokio::fs::metadata(&self.path).await?;
        }
        self.seen = None;
        let path = self.path.display();
        let reason = match resumed {
            Resumed::Behind(open) => {
                (self.open, self.folder) = (Some(*open), before);
                return Ok(());
            }
            Resumed::Within(_) => format!(
                "the last lines taken in are what any file of {path} may begin with; the one that begins with them is \
                 read from its start, and its lines may repeat earlier ones"
            ),
            Resumed::Nowhere => format!(
                "{path} does not surely hold the lines taken in last; it is read from its start, and its lines may \
                 repeat earlier ones"
            ),
        };
        self.outlet.end_line().await?;
        if let Resumed::Within(open) = resumed {
            (self.open, self.folder) = (Some(*open), before);
            return self.gap_since(left_at, reason).await;
        }
        self.first_arrival = Arrival::MayRepeat;
        self.unread = Some((left_at, reason));
        Ok(())
    }

    /// Goes on where nothing was seen of the log yet: it was empty, or not read, and may have been rotated since.
    fn go_on_blank(&mut self) {
        let Some(seen) = self.seen.take() else { return };
        let reason = format!(
            "nothing of {} was read before, and nothing tells what was in it meanwhile",
            self.path.display()
        );
        self.unread = Some((seen.left_at, reason));
    }

    /// Passes on what has come; turns to the file that now bears the name once the old one is read.
    async fn look(&mut self, now: Timestamp) -> io::Result<()> {
        if self.seen.is_some() {
            self.go_on(now).await?;
        }
        let named = tokio::fs::metadata(&self.path).await;
        let Some(open) = &mut self.open else {
            // Before the first file of the name there is nothing to read.
            let before = Folder::of(&self.path).await?;
            let open = if self.is_pipe {
                Open::pipe(&self.path, self.first_arrival).await?
            } else {
                Open::new(&self.path, self.first_arrival).await?
            };
            self.gone_since = None;
            if let Some((from, reason)) = self.unread.take() {
                self.gap_since(from, reason).await?;
            } else if self.failing.is_some() {
                let reason = "could not be read before, and nothing tells what was in it meanwhile";
                self.gap(format!("{} {reason}", self.path.display())).await?;
            }
            self.folder = before;
            return self.turn_to(open).await;
        };
        let is_file = open.is_file;
        let checked = open.check().await;
        let read = match checked {
            Ok(Read::AsBefore) => Ok(()),
            Ok(Read::Grown) => self.read_to_end().await,
            Ok(Read::Unproven) => match self.read_unproven(now).await {
                Ok(Some(turn)) => return self.catch_up(turn).await,
                other => other.map(|_| ()),
            },
            Ok(Read::Otherwise) => return self.catch_up(Turn::Emptied).await,
            Err(error) => Err(error),
        };
        match read {
            Ok(()) => {}
            Err(error) if is_changed_meanwhile(&error) => return Err(error),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe || named.is_err() => return Err(error),
            // A file on another machine may be gone for who holds it open, and be there again by its name.
            Err(_) => return self.open_anew().await,
        }
        let named = match named {
            Ok(named) if is_file && !named.is_file() => return Err(no_file()),
            Ok(named) => Some(((named.dev(), named.ino()), named.len())),
            // Between two files of a name there is none.
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let Some(open) = &self.open else { return Ok(()) };
        self.gone_since = if named.is_some() { None } else { self.gone_since.or(Some(now)) };
        if named.is_some_and(|(inode, _)| inode == open.inode) {
            self.last_named = None;
            return Ok(());
        }
        let last_named = *self.last_named.get_or_insert(self.looked_at);
        // While nothing is written to the new file the old one may still grow.
        let is_over = match named {
            Some((_, length)) if length > 0 => true,
            _ => match is_followed(&self.path, open, named.map(|(inode, _)| inode)).await? {
                Some(is_followed) => is_followed,
                // It is gone, and what came after it may be too.
                None if named.is_some() => now.since(last_named) > SHORT,
                None => false,
            },
        };
        if is_over { self.catch_up(Turn::Renamed).await } else { Ok(()) }
    }

    /// Goes on in the file that bears the name, if it is the one that was read.
    async fn open_anew(&mut self) -> io::Result<()> {
        let mut anew = Open::new(&self.path, Arrival::Live).await?;
        match self.open.as_ref().and_then(Open::end).cloned() {
            Some(end) if anew.find(&end).await? => self.turn_to(anew).await,
            _ => self.catch_up(Turn::Emptied).await,
        }
    }

    /// Reads `open`, which bears the log's name, on from its place.
    async fn turn_to(&mut self, open: Open) -> io::Result<()> {
        self.replace(open);
        if let Some(open) = &mut self.open {
            open.note_state().await?;
        }
        self.read_to_end().await
    }

    /// Reads `open`, a rotated file, on from its place.
    async fn turn_to_rotated(&mut self, open: Open) -> io::Result<()> {
        self.replace(open);
        let Some(open) = &mut self.open else { return Ok(()) };
        if open.drain(&mut self.outlet).await? {
            return Ok(());
        }
        self.outlet.end_line().await?;
        self.gap(format!("a rotated file of {} was written anew while it was read", self.path.display()))
            .await
    }

    fn replace(&mut self, open: Open) {
        if let Some(end) = self.open.replace(open).as_ref().and_then(Open::end) {
            self.ends.push(end.clone());
            self.ends.drain(..self.ends.len().saturating_sub(REMEMBERED));
        }
    }

    /// Reads all that was written since to files that no longer bear the name, and turns to the one that does.
    async fn catch_up(&mut self, mut turn: Turn) -> io::Result<()> {
        let Some(read) = &mut self.open else { return Ok(()) };
        let before = Folder::of(&self.path).await?;
        // Opened first: should it be rotated meanwhile, the next look finds it among the others.
        // Lines of which the first may repeat earlier ones go on doing so in the next file until one is read.
        let arrival = read.arrival();
        let next = match Open::new(&self.path, arrival).await {
            // Between two files of a name there is none.
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            next => Some(next?),
        };
        if turn == Turn::Renamed && !read.drain(&mut self.outlet).await? {
            turn = Turn::Emptied;
        }
        let Since { later, unsure, place, mut number } =
            since(&self.path, read, turn, next.as_ref().map(|next| next.inode), &self.folder, &self.ends)
                .await?;
        if let Some(next) = &next
            && next.is_gone().await?
        {
            // It may be one of the others, packed since it was opened.
            return Err(changed_meanwhile());
        }
        let is_nowhere = matches!(place, Found::Nowhere);
        // The first of the others may be a copy of the file that was read.
        let mut may_be_copy = is_nowhere && read.end().is_some_and(Place::is_weak);
        match place {
            Found::Own => {}
            Found::Copy(copy) => self.turn_to_rotated(*copy).await?,
            // It was empty when it was last looked at.
            Found::Nowhere if turn == Turn::Emptied && read.is_first() => {}
            Found::Nowhere => self.tell_of_loss(turn, &later).await?,
        }
        for file in later {
            self.outlet.end_line().await?;
            self.tell_of_hole(number, Next::Rotated(file.number())).await?;
            number = file.number();
            // One that was packed since may have been read before.
            let may_repeat = std::mem::take(&mut may_be_copy)
                || (is_nowhere && file.is_packed())
                || unsure.contains(&file.inode);
            let arrival = if may_repeat { Arrival::MayRepeat } else { arrival };
            self.read_whole(&file, arrival).await?;
        }
        self.tell_of_hole(number, Next::Present).await?;
        self.folder = before;
        let Some(mut next) = next else { return Ok(()) };
        self.outlet.end_line().await?;
        if let Some(read) = &self.open {
            next = next.after(read);
            // It was not emptied after all, or begins as it did before.
            if is_nowhere && turn == Turn::Emptied && next.begins_as(read).await? {
                next.begin_again().await?;
            }
        }
        self.turn_to(next).await
    }

    async fn read_whole(&mut self, file: &Rotated, arrival: Arrival) -> io::Result<()> {
        match file.open(arrival).await {
            Ok(open) => self.turn_to_rotated(open).await,
            Err(error) if is_changed_meanwhile(&error) && file.is_there(&self.path).await => {
                Err(changed_meanwhile())
            }
            Err(error) => self.gap(format!("{} cannot be read: {error}", file.path.display())).await,
        }
    }

    /// A rotated file that would have come between two others was removed before it was read.
    async fn tell_of_hole(&mut self, number: Option<u32>, next: Next) -> io::Result<()> {
        if !is_hole(number, next) {
            return Ok(());
        }
        self.outlet.end_line().await?;
        self.gap(format!("a rotated file of {} is gone that was not read", self.path.display())).await
    }

    /// The place up to which the log was read is nowhere to be found: lines behind it may be missing.
    async fn tell_of_loss(&mut self, turn: Turn, later: &[Rotated]) -> io::Result<()> {
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
            Turn::Renamed => {
                format!("{path} was replaced, and nothing tells by how many files one after the other")
            }
        };
        self.outlet.end_line().await?;
        self.gap(reason).await
    }

    /// Puts on record that lines since the last look are missing, or since the last one that found the file by its name.
    async fn gap(&self, reason: String) -> io::Result<()> {
        self.gap_since(self.last_named.unwrap_or(self.looked_at), reason).await
    }

    /// The look may have begun long ago: what was written meanwhile is missing, too.
    async fn gap_since(&self, from: Timestamp, reason: String) -> io::Result<()> {
        self.outlet.observe(Observation::LogGap { from, to: self.clock.now(), reason }).await
    }
}

#[cfg(test)]
mod tests;
