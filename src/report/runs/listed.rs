//! A recorded run as it is listed, and the same as JSON.

use std::cmp::Reverse;

use serde_json::{Value, json};

use crate::report::document::phrases::{accepted_dangers, outcome_word, paused_warning, restored_on};
use crate::run::{FindingSeverity, Known, Length, Outcome, PauseInterval, Phase, RunId, Summary, Timestamp};

/// Why a run folder cannot be listed like the others.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unread {
    /// Nothing was recorded in it.
    #[error("nothing is recorded yet; if no drwatch is just beginning it, it can be deleted")]
    Empty,
    /// The record is not as it was written.
    #[error("DAMAGED: {0}")]
    Damaged(String),
    /// The system, or this version of drwatch, does not read it.
    #[error("cannot be read: {0}")]
    Refused(String),
}

/// One run folder.
pub(crate) struct ListedRun {
    pub(crate) name: String,
    /// The shortest beginning of the name that means this run.
    pub(crate) short_name: String,
    /// Whether its lock is held.
    pub(crate) is_live: bool,
    pub(crate) summary: Result<Summary, Unread>,
    /// The later run that saw replication on the same primary run again, where this one left it paused.
    pub(crate) resumed_in: Option<RunId>,
}

/// Whether replication was left paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeftPaused {
    No,
    /// It was paused, and its state was not known at the end.
    Perhaps,
    Yes,
}

impl ListedRun {
    pub(super) fn known<'r, T>(&'r self, of: impl FnOnce(&'r Summary) -> T) -> Option<T> {
        self.summary.as_ref().ok().map(of)
    }

    /// Whether its appliances are known to have been simulated.
    pub(crate) fn is_rehearsal(&self) -> bool {
        self.known(|summary| summary.simulated) == Some(true)
    }

    /// The run that the folder holds a copy of; `None` where it is that run's own folder.
    pub(super) fn copy_of(&self) -> Option<&str> {
        let run = &self.summary.as_ref().ok()?.run.0;
        (*run != self.name).then_some(run.as_str())
    }

    /// By this the newest run comes first, and a copy behind its original.
    pub(crate) fn order(&self) -> (Reverse<String>, String) {
        (Reverse(self.copy_of().unwrap_or(&self.name).to_owned()), self.name.clone())
    }

    /// Whether replication was left paused, and no later run saw it run again.
    pub(super) fn left_paused(&self, summary: &Summary) -> LeftPaused {
        if self.resumed_in.is_some() { LeftPaused::No } else { self.ended_paused(summary) }
    }

    /// Whether replication was left paused when the run ended.
    fn ended_paused(&self, summary: &Summary) -> LeftPaused {
        match paused_warning(summary) {
            Some(_) if self.is_live => LeftPaused::No,
            Some(_) if summary.replication.state == Known::Paused => LeftPaused::Yes,
            Some(_) => LeftPaused::Perhaps,
            None => LeftPaused::No,
        }
    }

    /// Whether the time paused is a lower bound. A pause that was left goes on where nobody counts.
    pub(super) fn is_paused_at_least(&self, summary: &Summary) -> bool {
        summary.exposure.began_unseen || self.ended_paused(summary) == LeftPaused::Yes
    }

    /// As an object of which every key is always there; what is not known is `null`.
    pub(crate) fn json(&self) -> Value {
        let paused = |summary: &Summary| summary.replication.paused_seconds;
        let known_pause = self.known(|summary| paused(summary).is_some()).unwrap_or(false);
        let bound =
            |of: fn(&Self, &Summary) -> bool| self.known(|summary| of(self, summary)).filter(|_| known_pause);
        json!({
            "run": self.name,
            "error": self.summary.as_ref().err().map(ToString::to_string),
            "copy_of": self.copy_of(),
            "live": self.is_live,
            "simulated": self.known(|summary| summary.simulated),
            "imported": self.known(|summary| summary.imported.is_some()),
            "outcome": self.known(|summary| summary.outcome),
            "restored_on": self.known(restored_on),
            "bucket": self.known(|summary| &summary.bucket.name),
            "objects": self.known(|summary| summary.download.expected),
            "started_at": self.known(|summary| summary.started_at),
            "ended_at": self.known(|summary| summary.ended_at),
            "phases": self.known(|summary| &summary.phases),
            "recovery_seconds": self.known(recovery),
            "paused_seconds": self.known(paused),
            "paused_at_least": bound(Self::is_paused_at_least),
            "paused_at_most": bound(|_, summary| summary.exposure.at_most),
            "replication": self.known(|summary| summary.replication.state),
            "left_paused": self.known(|summary| self.left_paused(summary) != LeftPaused::No),
            "resumed_in": &self.resumed_in,
            "signed_off": self.known(|summary| &summary.sign_off),
            "open_findings": self.known(|summary| json!({
                "blocking": summary.open(FindingSeverity::Blocking).count(),
                "attention": summary.open(FindingSeverity::Attention).count(),
            })),
            "blocking_acknowledged": self.known(|summary| accepted_dangers(summary).count()),
            "acknowledged": self.known(|summary| accepted_dangers(summary).collect::<Vec<_>>()),
            "signatures": self.known(|summary| &summary.signatures),
        })
    }
}

/// Looks for each run that left replication paused whether a later one of the same primary saw it run. Only a machine that
/// stated who it is counts, and a rehearsal only for rehearsals.
pub(crate) fn note_resumed(runs: &mut [ListedRun]) {
    let resumed_in = |run: &ListedRun| {
        let paused =
            run.summary.as_ref().ok().filter(|summary| run.ended_paused(summary) != LeftPaused::No)?;
        let primary = primary_of(paused)?;
        // Of a run that was killed no end is known.
        let begun = paused.replication.intervals.last().map(|pause| pause.from);
        let left_at = paused.ended_at.or(begun).unwrap_or(paused.started_at);
        let is_later = |later: &&Summary| {
            later.run != paused.run
                && later.simulated == paused.simulated
                && primary_of(later) == Some(primary)
                && ran_after(later, left_at)
        };
        let later = runs.iter().filter_map(|run| run.summary.as_ref().ok()).filter(is_later);
        // The first to see it.
        later.min_by_key(|later| later.started_at).map(|later| later.run.clone())
    };
    // Collected first, since each run is compared with all others and the list cannot be changed meanwhile.
    let found: Vec<Option<RunId>> = runs.iter().map(resumed_in).collect();
    for (run, resumed_in) in runs.iter_mut().zip(found) {
        run.resumed_in = resumed_in;
    }
}

/// A primary may get another host name, so its serial number counts where there is one.
pub(super) fn primary_of(summary: &Summary) -> Option<&str> {
    let primary = summary.versions.primary.as_ref()?;
    primary.serial.as_deref().or(primary.hostname.as_deref())
}

/// Whether replication was seen to run later than `at`: at the end of the record, at the end of a pause, or right before one
/// whose beginning was seen.
fn ran_after(summary: &Summary, at: Timestamp) -> bool {
    let replication = &summary.replication;
    // Without an end the record was made after its beginning, at least.
    let end = summary.ended_at.unwrap_or(summary.started_at);
    let runs_at_end = replication.state == Known::Running && end > at;
    let was_seen =
        |pause: &PauseInterval| pause.to.is_some_and(|to| to > at) || (pause.from_known && pause.from > at);
    runs_at_end || replication.intervals.iter().any(was_seen)
}

pub(super) fn outcome_of(outcome: Outcome, is_live: bool) -> String {
    match outcome {
        Outcome::Incomplete if is_live => "under way".to_owned(),
        outcome => outcome_word(outcome).to_lowercase(),
    }
}

/// From the beginning of stage 1 to the end of stage 2; `None` unless the namespace was restored and both are known.
pub(super) fn recovery(summary: &Summary) -> Option<Length> {
    let length = |name| {
        let phase = summary.phase(name)?;
        phase.seconds.filter(|_| phase.ended_at.is_some())
    };
    let is_restored = summary.outcome == Outcome::Restored;
    Some(length(Phase::Stage1)?.saturating_add(length(Phase::Stage2)?)).filter(|_| is_restored)
}
