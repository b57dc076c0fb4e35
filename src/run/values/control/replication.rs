//! Replication on the primary: its state, how it is known, and how long it has been paused.

use serde::Serialize;

use crate::run::values::{
    Backlog, ByteCount, Elapsed, Length, Phase, Protection, ReplicationState, Sequence, Timestamp, is_default,
};

/// The replication state as last known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Known {
    /// Read or attested as running.
    Running,
    /// Read or attested as paused.
    Paused,
    /// The appliance answers, but the answer matches no pattern of the dialect.
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

/// A change since a reading this recent counts as observed when it happened.
// Four periods of the reading: one that is late or fails does not make a change unobserved.
pub(in crate::run) const RECENT_READING: Elapsed = Elapsed::from_secs(60);

/// Who caused a pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum PausedBy {
    /// An action of drwatch.
    Drwatch,
    /// Someone else, or before the run.
    Other,
    /// The engineer stated it.
    Attested,
}

/// What the end of a pause rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PauseEnd {
    /// A reading.
    #[default]
    Read,
    /// The statement of the engineer.
    Stated,
}

/// The most stretches without readings of which a pause keeps the times.
const MAX_SPANS: usize = 256;

/// The time in which the primary was not read during a pause, so that nobody could see whether the pause held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// The last reading before it, the first one where there are several such times.
    pub from: Timestamp,
    /// The next reading, after the last of them.
    pub to: Timestamp,
    /// All of them together.
    pub total: Elapsed,
    /// Each of them, the latest ones.
    pub spans: Vec<(Timestamp, Timestamp)>,
}

impl Unseen {
    /// With the time from `from` to `to` as well.
    #[must_use]
    pub(in crate::run) fn and(earlier: Option<Self>, from: Timestamp, to: Timestamp) -> Self {
        let none = Self { from, to, total: Elapsed::ZERO, spans: Vec::new() };
        let mut unseen = earlier.unwrap_or(none);
        (unseen.to, unseen.total) = (to, unseen.total.saturating_add(to.since(from)));
        if unseen.spans.len() >= MAX_SPANS {
            unseen.spans.remove(0);
        }
        unseen.spans.push((from, to));
        unseen
    }
}

/// One pause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PauseInterval {
    /// First moment known to be paused.
    pub from: Timestamp,
    /// First moment known to run again; `None` while the pause lasts.
    pub to: Option<Timestamp>,
    /// Whether `from` is when the pause began; otherwise it began before it was first seen.
    pub from_known: bool,
    /// Whether `to` is later than the end, which was not observed.
    pub ended_unseen: bool,
    /// When it was last known to last, where its end was not observed.
    #[serde(skip)]
    pub seen_until: Option<Timestamp>,
    /// Whether the primary was not read for more than a minute, so that the pause may have been interrupted.
    #[serde(skip_serializing_if = "is_default")]
    pub unwatched: bool,
    /// When that was; `None` where it was read all the time.
    #[serde(skip)]
    pub unseen: Option<Unseen>,
    /// Who.
    pub by: PausedBy,
    /// What its end rests on, once it has one.
    #[serde(skip)]
    pub end: PauseEnd,
    /// The record that showed it.
    #[serde(skip)]
    pub record: Option<Sequence>,
    /// The record that showed its end.
    #[serde(skip)]
    pub end_record: Option<Sequence>,
    /// The time after it; `None` while it lasts.
    #[serde(skip)]
    pub recovery: Option<Protection>,
}

impl PauseInterval {
    pub(in crate::run) const fn begun(
        from: Timestamp,
        from_known: bool,
        by: PausedBy,
        record: Sequence,
    ) -> Self {
        Self {
            from,
            to: None,
            from_known,
            ended_unseen: false,
            seen_until: None,
            unwatched: false,
            unseen: None,
            by,
            end: PauseEnd::Read,
            record: Some(record),
            end_record: None,
            recovery: None,
        }
    }

    /// When its exposure ended; `None` while it lasts, or what waited is not known to be sent. Where no reply names a
    /// backlog, it is the end of the pause.
    #[must_use]
    pub fn exposed_until(&self) -> Option<Timestamp> {
        let to = self.to?;
        match self.recovery.unwrap_or_default().backlog {
            Backlog::NotNamed => Some(to),
            Backlog::Gone(gone) => Some(gone.at.max(to)),
            Backlog::Awaited | Backlog::Waiting(_) => None,
        }
    }

    /// Its exposure up to `limit`, at most to the end of it.
    pub(in crate::run) fn exposed_before(&self, limit: Timestamp) -> Length {
        let until = self.exposed_until().unwrap_or(limit);
        until.length_since(self.from)
    }

    /// Whether replication may have run during it, or before its end was observed.
    const fn may_be_shorter(&self) -> bool {
        self.ended_unseen || self.unwatched
    }
}

/// How a length of pause relates to the true one, given which of its ends were observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The length itself.
    Exact,
    /// The pause was at least this long.
    AtLeast,
    /// The pause was at most this long.
    AtMost,
    /// The pause was longer or shorter.
    About,
}

impl Bound {
    /// The bound of the length of `pause`.
    #[must_use]
    pub const fn of(pause: &PauseInterval) -> Self {
        Self::new(!pause.from_known, pause.may_be_shorter())
    }

    /// The bound of a length that may be too short (`at_least`), too long (`at_most`), or both.
    #[must_use]
    pub const fn new(at_least: bool, at_most: bool) -> Self {
        match (at_least, at_most) {
            (false, false) => Self::Exact,
            (true, false) => Self::AtLeast,
            (false, true) => Self::AtMost,
            (true, true) => Self::About,
        }
    }

    /// Words before a length, with a trailing space unless empty.
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LeftPaused {
    /// When it was taken.
    pub at: Timestamp,
    /// Local user.
    pub user: String,
    /// The person, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engineer: Option<String>,
    /// The phase in which it was taken.
    pub phase: Phase,
    /// How long replication had been paused then; `None` if it was not known to be paused.
    #[serde(rename = "paused_seconds")]
    pub paused: Option<Length>,
    /// Whether the pause was known only by a statement.
    pub attested: bool,
    /// The record of the decision.
    pub record: Sequence,
}

/// What is known of the primary's replication.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replication {
    /// The replication state as last known.
    pub state: Known,
    /// Since when the state is what it is, as far as known.
    pub since: Option<Timestamp>,
    /// Last reading of the state.
    pub verified_at: Option<Timestamp>,
    /// When the state was last known before the connection to the primary was lost; `None` after the next reading.
    pub unobserved_since: Option<Timestamp>,
    /// Whether a pause may have gone unobserved: two readings of `Running` were more than a minute apart.
    pub may_have_paused: bool,
    /// Whether the present state rests on the engineer's statement alone.
    pub attested: bool,
    /// The record the state rests on.
    pub record: Option<Sequence>,
    /// Time paused in intervals dropped to stay bounded.
    pub earlier: Length,
    /// Time unprotected in those intervals and after them, as far as it was not in a later one.
    pub(in crate::run) earlier_exposed: Length,
    /// The backlog that the last reply named, if it named one.
    pub backlog: Option<ByteCount>,
    /// Whether any reply ever named one.
    pub(in crate::run) names_backlog: bool,
    /// Pauses, oldest first.
    pub intervals: Vec<PauseInterval>,
    /// The raw text of the last reply.
    pub raw: String,
}

impl Replication {
    /// How much of the pauses nobody could see, where that is all that may make their total too long.
    #[must_use]
    pub fn unseen_total(&self, now: Timestamp) -> Option<Elapsed> {
        let ended_unseen = self.intervals.iter().any(|pause| pause.ended_unseen);
        let is_stale = self.open_pause().is_some() && self.is_unobserved(now);
        let is_otherwise = ended_unseen || is_stale || self.may_have_ended();
        let unseen = self.intervals.iter().filter_map(|pause| pause.unseen.as_ref());
        let total = unseen.map(|unseen| unseen.total).fold(Elapsed::ZERO, Elapsed::saturating_add);
        (!is_otherwise && total > Elapsed::ZERO).then_some(total)
    }

    /// The bound of [`Self::paused_total`] at `now`.
    #[must_use]
    pub fn bound(&self, now: Timestamp) -> Bound {
        let may_have_paused =
            self.may_have_paused || (self.state == Known::Running && self.is_unobserved(now));
        let at_least = may_have_paused || self.intervals.iter().any(|pause| !pause.from_known);
        let may_be_shorter = self.intervals.iter().any(PauseInterval::may_be_shorter);
        // An open pause is assumed to last, even while the primary is not read.
        let is_stale = self.open_pause().is_some() && self.is_unobserved(now);
        let at_most = may_be_shorter || self.may_have_ended() || is_stale;
        Bound::new(at_least, at_most)
    }

    /// The pause that is not known to be over.
    pub(in crate::run) fn open_pause(&self) -> Option<&PauseInterval> {
        self.intervals.last().filter(|pause| pause.to.is_none())
    }

    pub(in crate::run) fn open_pause_mut(&mut self) -> Option<&mut PauseInterval> {
        self.intervals.last_mut().filter(|pause| pause.to.is_none())
    }

    /// Whether the primary was not read for a while. A statement of the engineer is not a reading.
    pub(in crate::run) fn is_unobserved(&self, now: Timestamp) -> bool {
        !self.attested && self.unobserved_since.is_some_and(|since| now.since(since) > RECENT_READING)
    }

    /// Whether a pause is neither known to be over nor known to last.
    fn may_have_ended(&self) -> bool {
        self.state != Known::Paused && self.open_pause().is_some()
    }

    /// Total time paused up to `now`. A pause that may have ended unobserved counts as lasting.
    #[must_use]
    pub fn paused_total(&self, now: Timestamp) -> Elapsed {
        self.paused_length(now).exact()
    }

    /// The same, as it is shown beside other lengths.
    #[must_use]
    pub fn paused_length(&self, now: Timestamp) -> Length {
        let length = |pause: &PauseInterval| pause.to.unwrap_or(now).length_since(pause.from);
        self.intervals.iter().map(length).fold(self.earlier, Length::saturating_add)
    }

    /// Total time unprotected up to `now`: the pauses, and after each the time until what waited was sent. Never less than
    /// [`Self::paused_total`].
    #[must_use]
    pub fn exposed_total(&self, now: Timestamp) -> Length {
        let starts = self.intervals.iter().skip(1).map(|next| next.from);
        // A pause that begins before the last one is caught up with goes on with its exposure.
        let limits = starts.chain(std::iter::once(now));
        let lengths = self.intervals.iter().zip(limits).map(|(pause, limit)| pause.exposed_before(limit));
        lengths.fold(self.earlier_exposed, Length::saturating_add)
    }

    /// The recovery from the latest pause that is not complete yet, while replication runs.
    #[must_use]
    pub fn recovery_under_way(&self) -> Option<&Protection> {
        let recovery = self.intervals.last()?.recovery.as_ref()?;
        let waits = matches!(recovery.backlog, Backlog::Awaited | Backlog::Waiting(_));
        (waits && self.state == Known::Running).then_some(recovery)
    }

    /// Length of the present pause; `None` while replication runs or its state is not known.
    #[must_use]
    pub fn present_pause(&self, now: Timestamp) -> Option<Length> {
        let pause = self.open_pause().filter(|_| !self.may_have_ended())?;
        Some(now.length_since(pause.from))
    }

    /// Length of the pause not known to be over; `None` where there is none.
    #[must_use]
    pub fn paused_for(&self, now: Timestamp) -> Option<Elapsed> {
        self.open_pause().map(|pause| now.since(pause.from))
    }
}
