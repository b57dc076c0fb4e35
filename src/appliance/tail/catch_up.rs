//! After a drop: which of the lines at hand are new, and where lines are missing.
//!
//! What is surely behind the last line received is passed on as such. Elsewhere all there is is passed on, marked as
//! what may be there twice, and a gap says that something may be missing: rather a line twice than none.

use super::{
    again::Again,
    emit::Tail,
    fetch::{Beginning, Fetched, is_no_log},
    memory::Files,
    place::{Head, LineKey, place},
    stream::FollowEnd,
};
use crate::{
    appliance::{client::OpenError, observation::Observation},
    run::{Arrival, Timestamp},
};

/// Follows begun anew because the log that was fetched is not theirs, before what they show is taken all the same.
const MAX_MISMATCHES: u8 = 2;

/// What catching up came to.
#[derive(Default)]
pub(super) struct CaughtUp {
    /// What the follow may show once more.
    pub(super) again: Again,
    /// Whether the log had to be fetched, and held nothing new.
    pub(super) was_in_vain: bool,
}

impl Tail<'_> {
    /// Passes on what of the log was missed, given the first burst of a new follow.
    pub(super) async fn catch_up(&mut self, burst: Vec<Vec<u8>>) -> Result<CaughtUp, FollowEnd> {
        let known = self.memory.last_stretch();
        let shown = LineKey::of_all(&burst);
        let found = place(&known, &shown).filter(|place| place.is_sure(Head::AnyLine));
        if let Some(place) = found {
            let new = burst.into_iter().skip(place.end).collect();
            self.pass_on(new, Arrival::CaughtUp).await;
            return Ok(CaughtUp::default());
        }
        let (again, was_in_vain) = match self.fetch_and_pass_on(&known, &shown).await {
            Ok(caught_up) => caught_up,
            Err(OpenError::Shell(error)) if is_no_log(&error) => {
                let reason = format!(
                    "lines were logged while the log was not followed, and it could not be fetched: {error}"
                );
                let was_in_vain = known.ends_with(&shown);
                let lines = if was_in_vain { Vec::new() } else { burst };
                self.pass_on_unsure(lines, &reason).await;
                if was_in_vain {
                    self.remember_all(&shown);
                }
                return Ok(CaughtUp { again: Again::default(), was_in_vain });
            }
            Err(error) => return Err(FollowEnd::Open(error)),
        };
        let again = if let Some(again) = again {
            self.memory.mismatches = 0;
            again
        } else if self.memory.mismatches < MAX_MISMATCHES {
            // The log was rotated between the two. What was fetched is passed on, or behind a gap; what this follow
            // shows of a file before it would come out of order.
            self.memory.mismatches += 1;
            return Err(FollowEnd::Ended);
        } else {
            // It is no log of the file that is followed.
            self.pass_on_unsure(
                burst,
                "the log that was fetched does not hold what its follow showed before",
            )
            .await;
            Again::default()
        };
        Ok(CaughtUp { again, was_in_vain })
    }

    /// Fetches the log and passes on what of it is new; what a follow may show again that has `shown` some before,
    /// and whether there was nothing new.
    async fn fetch_and_pass_on(
        &mut self,
        known: &[LineKey],
        shown: &[LineKey],
    ) -> Result<(Option<Again>, bool), OpenError> {
        if known.is_empty() {
            let beginning = self.fetch_beginning().await?;
            let keys = LineKey::of_all(&beginning.lines);
            Ok((Again::new(shown, &keys), self.begin_with(beginning).await))
        } else {
            let fetched = self.fetch_log().await?;
            if !fetched.is_sure && self.is_as_fetched(&fetched) {
                self.doubt_sameness(fetched.files).await;
                return Ok((Again::new(shown, &fetched.keys), true));
            }
            let again = Again::new(shown, &fetched.keys);
            Ok((again, self.splice(fetched).await))
        }
    }

    /// Notes whether the log is empty, where its first follow has shown no line.
    pub(super) async fn note_blank(&mut self) {
        // Without an answer nothing is known of it, and what it holds later is not sure to be new.
        if let Ok(beginning) = self.fetch_beginning().await
            && beginning.lines.is_empty()
        {
            self.memory.was_fetched(beginning.files);
        }
    }

    /// Passes on a log of which no line was received yet, or none since the last gap. Whether nothing was new.
    async fn begin_with(&mut self, beginning: Beginning) -> bool {
        let Beginning { lines, older, files } = beginning;
        let before = self.memory.fetched();
        let is_as_before = before == Some(files);
        let was_blank = before.filter(|before| before.is_blank);
        if is_as_before {
            self.doubt_sameness(files).await;
        } else if was_blank.is_some_and(|before| before.are_their_own && before.older == files.older) {
            // It was empty, and no file has come before it since: the one before it is the same still.
            self.pass_on(lines, Arrival::CaughtUp).await;
        } else {
            let older = older.filter(|_| was_blank.is_some()).unwrap_or_default();
            let all: Vec<Vec<u8>> = older.into_iter().chain(lines).collect();
            let reason = "nothing tells how the log began, or what was in it before it was rotated";
            self.pass_on_as(Arrival::MayRepeat, all, reason, None).await;
            if files.is_blank {
                self.memory.forget_order();
            }
        }
        self.memory.was_fetched(files);
        is_as_before
    }

    /// The log is what it was when it was last fetched; where any file may be like that, it may be another one.
    async fn doubt_sameness(&mut self, files: Files) {
        if !files.are_their_own {
            let reason =
                "nothing tells the log from one that was rotated since, and begun anew alike".to_owned();
            let to = self.appliance.means().clock.now();
            let from = self.memory.sure_until(to);
            self.emitter.emit(Observation::LogGap { from, to, reason }).await;
        }
    }

    /// Passes on what of the log is new. Whether nothing was.
    async fn splice(&mut self, fetched: Fetched) -> bool {
        let (start, reason) = (fetched.start(), fetched.doubt());
        let since = self.memory.sure_at();
        let is_before_place = fetched.place.is_some_and(|place| place.end > start);
        let is_likely = fetched.place.is_some_and(|place| place.is_likely());
        let Fetched { mut lines, keys, is_sure, doubtful, files, .. } = fetched;
        let twice = lines.split_off(lines.len().saturating_sub(doubtful).max(start));
        let before_twice = keys.get(..lines.len()).unwrap_or_default();
        let new = lines.split_off(start.min(lines.len()));
        let was_in_vain = is_sure && new.is_empty() && twice.is_empty();
        if is_sure {
            self.pass_on(new, Arrival::CaughtUp).await;
        } else {
            // Lines before the last one received are not new, though they come for the first time.
            let arrival = match is_before_place {
                true => Arrival::MayRepeat,
                false if is_likely => self.arrival_of_known(&new),
                false => self.unsure_arrival(&new),
            };
            self.pass_on_as(arrival, new, reason, None).await;
            // Passed on or not, that is where the log goes on later.
            self.remember_all(before_twice);
        }
        if !twice.is_empty() {
            let reason = "the log was rotated while it was fetched, or begins as the file before it does";
            self.pass_on_as(self.unsure_arrival(&twice), twice, reason, since).await;
        }
        self.memory.was_fetched(files);
        was_in_vain
    }

    /// Passes on lines of which nothing proves that they follow on the last one received: behind a gap, and as ones
    /// that may be there twice unless none of them is known.
    async fn pass_on_unsure(&mut self, lines: Vec<Vec<u8>>, reason: &str) {
        self.pass_on_as(self.unsure_arrival(&lines), lines, reason, None).await;
    }

    /// Lines are new where none of those received is among them. That needs several to look for: a single one may
    /// stand in the log otherwise than the follow showed it, where the appliance said something in its midst.
    fn unsure_arrival(&self, lines: &[Vec<u8>]) -> Arrival {
        if self.memory.is_telling() { self.arrival_of_known(lines) } else { Arrival::MayRepeat }
    }

    fn arrival_of_known(&self, lines: &[Vec<u8>]) -> Arrival {
        let is_known = self.memory.knows_any(&LineKey::of_all(lines));
        if is_known { Arrival::MayRepeat } else { Arrival::CaughtUp }
    }

    /// `since`: when the last line was received behind which something may be missing, where that is not the last
    /// sure one.
    async fn pass_on_as(
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
        let to = self.appliance.means().clock.now();
        let from = since.or(self.memory.sure_at()).unwrap_or(to);
        self.emitter.emit(Observation::LogGap { from, to, reason }).await;
        self.memory.forget_order();
        // Whatever comes next, nothing tells that it is new, until a line comes that is not known.
        self.memory.repeats();
        self.pass_on(lines, arrival).await;
    }

    fn remember_all(&mut self, keys: &[LineKey]) {
        self.memory.forget_order();
        let now = self.appliance.means().clock.now();
        for key in keys {
            self.memory.remember(*key, now);
        }
    }
}

impl Fetched {
    /// Where the lines begin that are passed on.
    fn start(&self) -> usize {
        let place = self.place.filter(|place| self.is_sure || place.is_likely());
        place.map_or(0, |place| place.end).min(self.lines.len())
    }

    /// Why it is not sure that it goes on where the last line received stands.
    const fn doubt(&self) -> &'static str {
        match (self.place, self.has_older) {
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
