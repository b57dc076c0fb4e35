//! After a drop: which of the lines at hand are new, and where lines are missing.

use std::{collections::VecDeque, num::NonZeroU8};

use super::{
    Before, FollowEnd, LineSplitter, Tail,
    memory::{self, Digest, digest},
};
use crate::{
    appliance::{
        client::{Client, OpenError},
        observation::Observation,
        shell::ShellError,
    },
    run::Arrival,
};

/// Longest log fetched whole, in bytes.
const LOG_LIMIT: usize = 64 << 20;

/// Older files of the log that are looked into for the last line received.
const OLDER_FILES: u8 = 4;

/// Lines in a row that two files of one log do not begin with alike.
const ALIKE: usize = 3;

/// What the older files of a log tell of the lines between the last one received and the present file.
enum Older {
    /// All of them.
    Whole(Vec<Vec<u8>>),
    /// None of the files that are left holds the last line received; the lines of those files.
    Short(Vec<Vec<u8>>),
    /// The appliance shows no older file.
    Unshown,
}

impl Tail<'_> {
    /// Passes on what of the log was missed, given the first burst of a new follow. Returns the lines
    /// that were passed on and that the follow may show once more.
    pub(super) async fn catch_up(
        &mut self,
        burst: Vec<Vec<u8>>,
        before: Before,
    ) -> Result<VecDeque<Digest>, FollowEnd> {
        let digests: Vec<Digest> = burst.iter().map(|line| digest(line)).collect();
        if let Some(known) = self.memory.sure_overlap(&digests) {
            let new = burst.into_iter().skip(known).collect();
            self.pass_on(new, Arrival::CaughtUp).await;
            return Ok(VecDeque::new());
        }
        match self.fetch_log().await {
            Ok(fetched) => Ok(self.splice(burst, fetched, before).await),
            Err(OpenError::Shell(error)) if is_no_log(&error) => {
                self.tell_gap(&format!(
                    "lines were logged while the log was not followed, and it could not be fetched: {error}"
                ))
                .await;
                self.pass_on_unknown(burst).await;
                Ok(VecDeque::new())
            }
            Err(error) => Err(FollowEnd::Open(error)),
        }
    }

    async fn fetch_log(&self) -> Result<Fetched, OpenError> {
        let mut client = self.appliance.open().await?;
        let present = split(&client.log(LOG_LIMIT).await?);
        let digests: Vec<Digest> = present.iter().map(|line| digest(line)).collect();
        let known = self.memory.overlap(&digests);
        let older = match known {
            None if !self.memory.is_empty() => self.fetch_older(&mut client, &digests).await?,
            _ => Older::Whole(Vec::new()),
        };
        Ok(Fetched { present, digests, known, older })
    }

    /// Looks for the last line received in the files before the present one, newest first.
    async fn fetch_older(&self, client: &mut Client, present: &[Digest]) -> Result<Older, OpenError> {
        let mut newer: Vec<Vec<u8>> = Vec::new();
        let mut is_shown = false;
        for file in (1..=OLDER_FILES).filter_map(NonZeroU8::new) {
            let mut lines = match client.archived_log(file, LOG_LIMIT).await {
                Ok(bytes) => split(&bytes),
                Err(error) if is_no_log(&error) => break,
                Err(error) => return Err(error.into()),
            };
            let digests: Vec<Digest> = lines.iter().map(|line| digest(line)).collect();
            // Rotated once more meanwhile, or an appliance that shows the present file whatever is asked.
            if is_same_file(&digests, present) {
                continue;
            }
            is_shown = true;
            let known = self.memory.overlap(&digests);
            lines.drain(..known.unwrap_or(0).min(lines.len()));
            lines.append(&mut newer);
            newer = lines;
            if known.is_some() {
                return Ok(Older::Whole(newer));
            }
            if newer.iter().map(Vec::len).sum::<usize>() > LOG_LIMIT {
                break;
            }
        }
        Ok(if is_shown { Older::Short(newer) } else { Older::Unshown })
    }

    /// Passes on what of the log and `burst` is new. The burst was shown before the log was fetched.
    async fn splice(&mut self, burst: Vec<Vec<u8>>, fetched: Fetched, before: Before) -> VecDeque<Digest> {
        let Fetched { present: mut log, digests: in_log, known, older } = fetched;
        let in_burst: Vec<Digest> = burst.iter().map(|line| digest(line)).collect();
        let met = memory::overlap(&in_burst, &in_log);
        let start = match (known, older) {
            (Some(start), _) => start,
            (None, Older::Whole(lines)) => {
                self.pass_on(lines, Arrival::CaughtUp).await;
                0
            }
            (None, Older::Short(lines)) => {
                self.tell_gap(
                    "the log was rotated, and none of its files reaches back to the last line received",
                )
                .await;
                self.pass_on_unknown(lines).await;
                self.memory.known_head(&in_log)
            }
            (None, Older::Unshown) => {
                // A follow that was alive has shown its file to the end; what is at hand now is taken for the
                // next file.
                if before == Before::Broken {
                    self.tell_gap(
                        "the log does not reach back to the last line received; it was rotated or cleared",
                    )
                    .await;
                }
                if met.is_none() {
                    self.pass_on_unknown(burst.clone()).await;
                }
                self.memory.known_head(&in_log)
            }
        };
        let new = log.split_off(start.min(log.len()));
        self.pass_on(new, Arrival::CaughtUp).await;
        match met {
            Some(end) => in_log.into_iter().skip(end.max(start)).collect(),
            None if in_burst.is_empty() => in_log.into_iter().skip(start).collect(),
            None => {
                if known.is_some() {
                    self.pass_on_unknown(burst).await;
                }
                VecDeque::new()
            }
        }
    }

    /// Passes on the lines behind those that are remembered.
    async fn pass_on_unknown(&mut self, mut lines: Vec<Vec<u8>>) {
        let digests: Vec<Digest> = lines.iter().map(|line| digest(line)).collect();
        let new = lines.split_off(self.memory.known_head(&digests).min(lines.len()));
        self.pass_on(new, Arrival::CaughtUp).await;
    }

    async fn tell_gap(&self, reason: &str) {
        let to = self.appliance.means().clock.now();
        let from = self.memory.last_at().unwrap_or(to);
        self.emitter.emit(Observation::LogGap { from, to, reason: reason.to_owned() }).await;
    }
}

/// The log as fetched after a drop.
struct Fetched {
    /// The lines of the present file.
    present: Vec<Vec<u8>>,
    /// Their digests.
    digests: Vec<Digest>,
    /// How many of them are known; `None`: they do not reach back to the last line received.
    known: Option<usize>,
    /// What is between that line and the present file.
    older: Older,
}

fn split(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    LineSplitter::default().push(bytes, &mut lines);
    lines
}

/// Whether one is the beginning of the other, and not by a common first line alone.
fn is_same_file(one: &[Digest], other: &[Digest]) -> bool {
    let shorter = one.len().min(other.len());
    shorter >= ALIKE && one.iter().zip(other).all(|(one, other)| one == other)
}

/// Whether the appliance has answered, but with no log.
const fn is_no_log(error: &ShellError) -> bool {
    matches!(error, ShellError::TooLong { .. } | ShellError::ModeRefused { .. } | ShellError::TimedOut { .. })
}
