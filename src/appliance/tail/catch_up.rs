//! After a drop: which of the lines at hand are new, and where lines are missing.
//!
//! What is surely behind the last line received is passed on as such. Elsewhere all there is is passed on, marked as
//! what may be there twice, and a gap says that something may be missing: rather a line twice than none.

use super::{
    already_fetched::AlreadyFetched,
    emit::Tail,
    fetch::{Beginning, Fetched, is_no_log},
    memory::Files,
    overlap::{Head, LineKey, find_overlap},
    stream::FollowEnd,
};
use crate::{
    appliance::{client::OpenError, observation::Observation},
    run::{Arrival, Timestamp},
};

/// Follows begun anew because the log that was fetched is not theirs, before what they show is taken all the same.
// A log that is never the one followed would otherwise be fetched for ever.
const MAX_MISMATCHES: u8 = 2;

#[derive(Default)]
pub(super) struct CaughtUp {
    /// What the follow may show once more.
    pub(super) already_fetched: AlreadyFetched,
    /// Whether the log had to be fetched, and held nothing new.
    pub(super) was_unchanged: bool,
}

impl Tail<'_> {
    /// Passes on what of the log was missed, given the first burst of a new follow.
    pub(super) async fn catch_up(&mut self, burst: Vec<Vec<u8>>) -> Result<CaughtUp, FollowEnd> {
        let known = self.memory.last_stretch();
        let shown = LineKey::of_all(&burst);
        // A burst is only the end of the log, so it takes the most evidence: a fetch costs little, a lost line much.
        let found = find_overlap(&known, &shown).filter(|overlap| overlap.is_sure(Head::AnyLine));
        if let Some(overlap) = found {
            let new = burst.into_iter().skip(overlap.end).collect();
            self.pass_on(new, Arrival::CaughtUp).await;
            return Ok(CaughtUp::default());
        }
        match self.fetch_and_pass_on(&known, &shown).await {
            Ok((Some(already_fetched), was_unchanged)) => {
                self.memory.mismatches = 0;
                Ok(CaughtUp { already_fetched, was_unchanged })
            }
            // The log was rotated between the two. What was fetched is passed on, or behind a gap; what this follow
            // shows of a file before it would come out of order.
            Ok((None, _)) if self.memory.mismatches < MAX_MISMATCHES => {
                self.memory.mismatches += 1;
                Err(FollowEnd::Ended)
            }
            // So often it is no rotation: the log that can be fetched is another one than the followed one.
            Ok((None, was_unchanged)) => {
                let reason = "the log that was fetched does not hold what its follow showed before";
                self.pass_on_unplaced(burst, reason).await;
                Ok(CaughtUp { was_unchanged, ..CaughtUp::default() })
            }
            Err(OpenError::Shell(error)) if is_no_log(&error) => {
                let reason = format!(
                    "lines were logged while the log was not followed, and it could not be fetched: {error}"
                );
                // Where the burst is what was received last, it
                // holds nothing new, and only the gap is recorded.
                let was_unchanged = known.ends_with(&shown);
                let lines = if was_unchanged { Vec::new() } else { burst };
                self.pass_on_unplaced(lines, &reason).await;
                // The gap began a new stretch. Without these lines, the
                // next follow would have nothing to be compared with.
                if was_unchanged {
                    self.remember_all(&shown);
                }
                Ok(CaughtUp { was_unchanged, ..CaughtUp::default() })
            }
            Err(error) => Err(FollowEnd::Open(error)),
        }
    }

    /// Fetches the log and passes on what of it is new; what a follow may show again that has `shown` some before,
    /// and whether there was nothing new.
    async fn fetch_and_pass_on(
        &mut self,
        known: &[LineKey],
        shown: &[LineKey],
    ) -> Result<(Option<AlreadyFetched>, bool), OpenError> {
        // Without a known line there is no place to search for.
        if known.is_empty() {
            let beginning = self.fetch_beginning().await?;
            let keys = LineKey::of_all(&beginning.lines);
            Ok((AlreadyFetched::new(shown, &keys), self.pass_on_beginning(beginning).await))
        } else {
            // The follow is open already: a line logged from here on is in the fetched log or in the follow, or in both.
            let fetched = self.fetch_log().await?;
            let already_fetched = AlreadyFetched::new(shown, &fetched.keys);
            if !fetched.is_sure && self.is_unchanged(&fetched) {
                self.report_possible_replacement(fetched.files).await;
                return Ok((already_fetched, true));
            }
            Ok((already_fetched, self.splice(fetched).await))
        }
    }

    /// Remembers an empty log as such, where its first follow has shown no line.
    pub(super) async fn note_empty_log(&mut self) {
        // Without an answer nothing is known of it, and what it holds later is not sure to be new.
        if let Ok(beginning) = self.fetch_beginning().await
            && beginning.lines.is_empty()
        {
            self.memory.fetched = Some(beginning.files);
        }
    }

    /// Passes on a log of which no line was received yet, or none since the last gap. Returns whether nothing was new.
    async fn pass_on_beginning(&mut self, beginning: Beginning) -> bool {
        let Beginning { lines, older, files } = beginning;
        let before = self.memory.fetched;
        let is_unchanged = before == Some(files);
        let was_empty = before.filter(|before| before.is_empty);
        if is_unchanged {
            self.report_possible_replacement(files).await;
        } else if was_empty.is_some_and(|before| before.identifiable && before.older == files.older) {
            // It was empty, and no file has come before it since: the one before it is the same still.
            self.pass_on(lines, Arrival::CaughtUp).await;
        } else {
            // An older file matters only where the log was seen empty:
            // lines written since may have been rotated into it.
            let older = older.filter(|_| was_empty.is_some()).unwrap_or_default();
            let all: Vec<Vec<u8>> = older.into_iter().chain(lines).collect();
            let reason = "it is not known how the log began, or what was in it before it was rotated";
            self.pass_on_after_gap(Arrival::MayRepeat, all, reason, None).await;
            if files.is_empty {
                self.memory.start_new_stretch();
            }
        }
        self.memory.fetched = Some(files);
        is_unchanged
    }

    /// Reports a gap for a log that equals the one fetched last, unless its files are identifiable: a new file may
    /// have begun with the same lines.
    async fn report_possible_replacement(&mut self, files: Files) {
        if !files.identifiable {
            let reason =
                "the log may have been rotated since, and the new file have begun with the same lines"
                    .to_owned();
            let to = self.now();
            let from = self.memory.move_sure_time_to(to);
            self.emitter.emit(Observation::LogGap { from, to, reason }).await;
        }
    }

    /// Passes on what of the log is new. Returns whether nothing was.
    async fn splice(&mut self, fetched: Fetched) -> bool {
        let (start, reason) = (fetched.start(), fetched.gap_reason());
        // Read before anything is passed on, which moves it.
        let since = self.memory.sure_at();
        let is_before_end = fetched.overlap.is_some_and(|overlap| overlap.end > start);
        let is_likely = fetched.overlap.is_some_and(|overlap| overlap.is_likely());
        let Fetched { mut lines, keys, is_sure, doubtful, files, .. } = fetched;
        // Lines before `start` have been received; they are not passed on once more, doubtful or not.
        let twice = lines.split_off(lines.len().saturating_sub(doubtful).max(start));
        let before_twice = keys.get(..lines.len()).unwrap_or_default();
        let new = lines.split_off(start.min(lines.len()));
        let was_unchanged = is_sure && new.is_empty() && twice.is_empty();
        if is_sure {
            self.pass_on(new, Arrival::CaughtUp).await;
        } else {
            // Lines before the last one received are not new, though they come for the first time.
            let arrival = match is_before_end {
                true => Arrival::MayRepeat,
                false if is_likely => self.arrival_of_known(&new),
                false => self.unplaced_arrival(&new),
            };
            self.pass_on_after_gap(arrival, new, reason, None).await;
            // Passed on or not, that is where the log goes on later.
            self.remember_all(before_twice);
        }
        if !twice.is_empty() {
            let reason = "the log was rotated while it was fetched, or begins as the file before it does";
            self.pass_on_after_gap(self.unplaced_arrival(&twice), twice, reason, since).await;
        }
        self.memory.fetched = Some(files);
        was_unchanged
    }

    /// Passes on lines of which it is not known where in the log they are: behind a gap, and as ones that may
    /// repeat unless none of them was received before.
    async fn pass_on_unplaced(&mut self, lines: Vec<Vec<u8>>, reason: &str) {
        self.pass_on_after_gap(self.unplaced_arrival(&lines), lines, reason, None).await;
    }

    /// Lines are new where none of those received is among them. That needs several to look for: a single one may
    /// stand in the log otherwise than the follow showed it, where the appliance said something in its midst.
    fn unplaced_arrival(&self, lines: &[Vec<u8>]) -> Arrival {
        if self.memory.is_recognisable() { self.arrival_of_known(lines) } else { Arrival::MayRepeat }
    }

    fn arrival_of_known(&self, lines: &[Vec<u8>]) -> Arrival {
        let is_known = self.memory.contains_any(&LineKey::of_all(lines));
        if is_known { Arrival::MayRepeat } else { Arrival::CaughtUp }
    }

    /// `since`: when the last line was received behind which something may be missing, where that is not the last
    /// sure one.
    async fn pass_on_after_gap(
        &mut self,
        arrival: Arrival,
        lines: Vec<Vec<u8>>,
        reason: &str,
        since: Option<Timestamp>,
    ) {
        let reason = match lines.len() {
            count if arrival == Arrival::MayRepeat && count > 0 => {
                format!("{reason}; the next {count} lines may repeat earlier ones")
            }
            _ => reason.to_owned(),
        };
        let to = self.now();
        let from = since.or(self.memory.sure_at()).unwrap_or(to);
        // The gap goes out before the lines behind it: the record keeps the order of arrival.
        self.emitter.emit(Observation::LogGap { from, to, reason }).await;
        // Lines on both sides of the gap were not neighbours in the log and must not be searched for as such.
        self.memory.start_new_stretch();
        // What comes next may repeat, too, until a line comes that was not received before.
        self.memory.is_repeating = true;
        self.pass_on(lines, arrival).await;
    }

    fn remember_all(&mut self, keys: &[LineKey]) {
        self.memory.start_new_stretch();
        let now = self.now();
        for key in keys {
            self.memory.remember(*key, now);
        }
    }
}

impl Fetched {
    fn start(&self) -> usize {
        // A place that is not even likely counts as none: all lines twice rather than one lost.
        let overlap = self.overlap.filter(|overlap| self.is_sure || overlap.is_likely());
        overlap.map_or(0, |overlap| overlap.end).min(self.lines.len())
    }

    /// The reason of the gap, where it is not sure that the log goes on behind the last line received.
    const fn gap_reason(&self) -> &'static str {
        match (self.overlap, self.has_older) {
            (Some(_), _) => {
                "the last lines received may stand in the log more than once, so that it is not sure where it goes on"
            }
            (None, true) => {
                "the log was rotated, and none of its files reaches back to the last line received"
            }
            (None, false) => {
                "the log does not reach back to the last line received; it was rotated or cleared"
            }
        }
    }
}
