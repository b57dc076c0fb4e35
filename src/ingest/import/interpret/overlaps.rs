//! Logs that begin before those before them end: they may hold copies of the same lines, as when a log was saved twice.

use std::borrow::Cow;

use crate::{
    ingest::import::scan::Piece,
    run::{Elapsed, Timestamp},
};

/// Stamps of one log run back by less, where threads write at the same time.
const STAMPS_RUN_BACK: Elapsed = Elapsed::from_secs(10);
/// More process ids of rfsd than this are not told apart.
const MAX_PIDS: usize = 1000;

/// A log that begins before the end of those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Overlap {
    /// Number of the log.
    pub(crate) log: usize,
    pub(crate) from: Timestamp,
    /// The last time in the logs before it.
    pub(crate) until: Timestamp,
}

#[derive(Debug, Default)]
pub(super) struct Overlaps {
    pub(super) list: Vec<Overlap>,
    /// The latest of the last times of the logs that have ended.
    ended: Option<Timestamp>,
    /// That of the present log.
    present: Option<Overlap>,
    /// Under which rfsd has logged.
    pids: Vec<u32>,
}

impl Overlaps {
    /// Goes on from a log, whose last time is given, to the next one and its first time; whether they overlap.
    pub(super) fn next_log(
        &mut self,
        last_at: Option<Timestamp>,
        log: usize,
        from: Option<Timestamp>,
    ) -> bool {
        self.ended = self.ended.max(last_at);
        let both = from.zip(self.ended).filter(|(from, until)| until.since(*from) > STAMPS_RUN_BACK);
        self.present = both.map(|(from, until)| Overlap { log, from, until });
        self.list.extend(self.present);
        self.present.is_some()
    }

    /// A piece as it is recorded: where its lines may be copies, all are marked. `at`: its first time.
    pub(super) fn marked<'p>(&self, piece: &'p Piece, at: Option<Timestamp>) -> Cow<'p, Piece> {
        let may_repeat = |overlap: Overlap| at.is_none_or(|at| at <= overlap.until);
        let mut piece = Cow::Borrowed(piece);
        if self.present.is_some_and(may_repeat) {
            piece.to_mut().tally.may_repeat = piece.tally.lines;
        }
        piece
    }

    /// The process ids of another reading of the same logs.
    pub(super) fn with_pids_of(other: &Self) -> Self {
        Self { pids: other.pids.clone(), ..Self::default() }
    }

    /// Whether a line of rfsd under that process id, written at that time, may be a copy of one before: within the time of
    /// the logs before, a process id that they name is that of the same process.
    pub(super) fn repeats(&mut self, pid: u32, at: Timestamp) -> bool {
        let is_known = self.pids.contains(&pid);
        if !is_known && self.pids.len() < MAX_PIDS {
            self.pids.push(pid);
        }
        is_known && self.present.is_some_and(|overlap| at <= overlap.until)
    }
}
