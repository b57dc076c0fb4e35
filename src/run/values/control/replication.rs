//! Replication on the primary: its state, how it is known, and how long it has been paused.

use serde::Serialize;

use crate::run::values::{Elapsed, Phase, ReplicationState, Sequence, Timestamp};

/// The state as last known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Known {
    /// Read or attested as running.
    Running,
    /// Read or attested as paused.
    Paused,
    /// The appliance answers, but not in words the dialect knows.
    Unreadable,
    /// Never read.
    #[default]
    Unknown,
}

impl From<ReplicationState> for Known {
    fn from(state: ReplicationState) -> Self {
        match state {
            ReplicationState::Running => Self::Running,
            ReplicationState::Paused => Self::Paused,
        }
    }
}

/// A state read no longer ago than this was seen to change when it changed.
pub(in crate::run) const LATELY: Elapsed = Elapsed::from_secs(60);

/// Who brought a pause about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PausedBy {
    /// An action of drwatch.
    Drwatch,
    /// Someone else, or before the run.
    Other,
    /// The engineer stated it.
    Attested,
}

/// One stretch of pause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PauseInterval {
    /// First moment known to be paused.
    pub from: Timestamp,
    /// First moment known to run again; `None` while it lasts.
    pub to: Option<Timestamp>,
    /// Whether `from` is when the pause began; otherwise it began before it was first seen.
    pub from_known: bool,
    /// Whether `to` is later than the end, which came while nobody looked.
    pub ended_unseen: bool,
    /// Whether the primary was out of sight for more than a minute while it lasted: it may have been interrupted unseen.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unwatched: bool,
    /// Who.
    pub by: PausedBy,
}

/// What a length of pause is, as far as its ends were seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The length itself.
    Exact,
    /// It was longer, or as long.
    AtLeast,
    /// It was shorter, or as long.
    AtMost,
    /// It was longer or shorter.
    About,
}

impl Bound {
    /// What the sum of those pauses is.
    #[must_use]
    pub fn of(pauses: &[PauseInterval]) -> Self {
        let began_unseen = pauses.iter().any(|pause| !pause.from_known);
        let is_shorter = |pause: &PauseInterval| pause.ended_unseen || pause.unwatched;
        Self::new(began_unseen, pauses.iter().any(is_shorter))
    }

    /// What a length is that is too short where `at_least`, and too long where `at_most`.
    #[must_use]
    pub const fn new(at_least: bool, at_most: bool) -> Self {
        match (at_least, at_most) {
            (false, false) => Self::Exact,
            (true, false) => Self::AtLeast,
            (false, true) => Self::AtMost,
            (true, true) => Self::About,
        }
    }

    /// Words before a length, with a blank behind them where there are any.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Exact => "",
            Self::AtLeast => "at least ",
            Self::AtMost => "at most ",
            Self::About => "about ",
        }
    }

    /// The same as a sign.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Exact => "",
            Self::AtLeast => "≥ ",
            Self::AtMost => "≤ ",
            Self::About => "≈ ",
        }
    }
}

/// The engineer's decision to leave the watch while replication is paused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftPaused {
    /// When it was taken.
    pub at: Timestamp,
    /// Local user.
    pub user: String,
    /// The phase in which it was taken.
    pub phase: Phase,
    /// How long replication had been paused then; `None` where it was not known to be.
    #[serde(rename = "paused_seconds")]
    pub paused: Option<Elapsed>,
    /// Whether that it was paused rested on a statement.
    pub attested: bool,
    /// The record of the decision.
    pub record: Sequence,
}

/// What is known of the primary's replication.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replication {
    /// The state as last known.
    pub state: Known,
    /// Since when the state is what it is, as far as known.
    pub since: Option<Timestamp>,
    /// Last reading that told the state.
    pub verified_at: Option<Timestamp>,
    /// When the state was told last before the connection to the primary was lost; `None` once it was read again.
    pub blind_since: Option<Timestamp>,
    /// Whether the primary was out of sight for more than a minute between two readings that it runs: a pause may have
    /// come and gone.
    pub may_have_paused: bool,
    /// Whether the present state rests on the engineer's statement alone.
    pub attested: bool,
    /// The record the state rests on.
    pub record: Option<Sequence>,
    /// Time paused in intervals that were given up to stay bounded.
    pub earlier: Elapsed,
    /// Pauses, oldest first.
    pub intervals: Vec<PauseInterval>,
    /// The raw text of the last reply.
    pub raw: String,
}

impl Replication {
    /// What [`Self::paused_total`] is at `now`, as far as the pauses were watched.
    #[must_use]
    pub fn bound(&self, now: Timestamp) -> Bound {
        let may_have_paused = self.may_have_paused || (self.state == Known::Running && self.is_blind(now));
        let at_least = may_have_paused || self.intervals.iter().any(|pause| !pause.from_known);
        let is_shorter = |pause: &PauseInterval| pause.ended_unseen || pause.unwatched;
        let at_most = self.intervals.iter().any(is_shorter) || self.may_have_ended() || self.is_stale(now);
        Bound::new(at_least, at_most)
    }

    /// Whether a pause is taken to last that nobody could look at for a while; what the engineer stated is no reading.
    fn is_stale(&self, now: Timestamp) -> bool {
        let is_open = self.intervals.last().is_some_and(|pause| pause.to.is_none());
        is_open && self.is_blind(now)
    }

    fn is_blind(&self, now: Timestamp) -> bool {
        !self.attested && self.blind_since.is_some_and(|since| now.since(since) > LATELY)
    }

    /// Whether a pause is not known to be over, and not known to last either.
    fn may_have_ended(&self) -> bool {
        self.state != Known::Paused && self.intervals.last().is_some_and(|pause| pause.to.is_none())
    }

    /// Time paused in all, up to `now`. A pause whose end may have come unseen counts as if it lasted: production
    /// may be unprotected.
    #[must_use]
    pub fn paused_total(&self, now: Timestamp) -> Elapsed {
        let length = |pause: &PauseInterval| pause.to.unwrap_or(now).since(pause.from);
        self.intervals.iter().map(length).fold(self.earlier, Elapsed::saturating_add)
    }

    /// Length of the present pause; `None` while replication runs or its state is not known.
    #[must_use]
    pub fn present_pause(&self, now: Timestamp) -> Option<Elapsed> {
        self.paused_for(now).filter(|_| !self.may_have_ended())
    }

    /// Length of the pause not known to be over; `None` where there is none.
    #[must_use]
    pub fn paused_for(&self, now: Timestamp) -> Option<Elapsed> {
        let last = self.intervals.last()?;
        last.to.is_none().then(|| now.since(last.from))
    }
}
