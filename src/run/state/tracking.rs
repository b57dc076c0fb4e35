//! What the fold remembers only to judge later events: neither shown nor exported.

use crate::run::values::{GetCount, RateMeter, ReplicationState, Role, Sequence, Timestamp};

/// What was last seen of the DR appliance's service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::run) enum ServiceSeen {
    /// Never read.
    #[default]
    Unknown,
    /// Not running.
    Down,
    /// Up, be it busy or ready; `since` is known only where it was seen not to run before.
    Running { since: Option<Timestamp> },
}

/// How far the count of stage 1 is closed by readings made after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::run) enum Closing {
    /// None was made yet.
    #[default]
    Open,
    /// One was made that may have been asked for before the stage ended.
    Doubtful,
    /// One was surely asked for after the stage ended.
    Closed,
}

/// Whether the watch began in the midst of a restore.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::run) enum Attachment {
    /// Nothing says so.
    #[default]
    InTime,
    /// The DR service was up at the first look, in the prepare phase.
    Late,
    /// The same, and the log was searched for what was written before.
    LateAndSearched,
    /// The same, but the log could not be searched.
    LateAndNotSearched,
}

/// A counter reading with its place in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::run) struct CounterReading {
    pub value: GetCount,
    pub at: Timestamp,
    pub record: Sequence,
}

/// An uninterrupted run of rises before stage 1 is known to have begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::run) struct RiseRun {
    /// The last reading before the rises.
    pub from: CounterReading,
    /// The readings that rose, oldest first; the latest [`RiseRun::KEPT`] of them.
    pub readings: Vec<CounterReading>,
    /// How many rose.
    pub count: u8,
}

impl RiseRun {
    const KEPT: usize = 64;

    /// Rises in a row, while the service runs, from which the start of stage 1 is inferred.
    const RISES_OF_A_START: u8 = 2;

    pub(in crate::run) const fn new(from: CounterReading) -> Self {
        Self { from, readings: Vec::new(), count: 0 }
    }

    pub(in crate::run) fn push(&mut self, reading: CounterReading) {
        if self.readings.len() == Self::KEPT {
            self.readings.remove(0);
        }
        self.readings.push(reading);
        self.count = self.count.saturating_add(1);
    }

    /// Whether there are enough rises to infer that stage 1 has begun.
    pub(in crate::run) const fn suggests_start(&self) -> bool {
        self.count >= Self::RISES_OF_A_START
    }
}

/// The records in which an appliance last told of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::run) struct Told {
    /// The state of its connection.
    pub link: Option<(Sequence, Timestamp)>,
    /// Who it is.
    pub identity: Option<(Sequence, Timestamp)>,
    /// The last time that it was someone else than before.
    pub identity_changed: Option<Sequence>,
    /// Its clock.
    pub clock: Option<(Sequence, Timestamp)>,
}

/// The memory of the fold.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::run) struct Tracking {
    /// Since when this recording is on: the start, or the last continuation.
    pub watched_since: Timestamp,
    /// Who records, as `user@host`.
    pub recorder: String,
    /// What the primary told of itself, and where.
    pub primary: Told,
    /// What the DR appliance told of itself, and where.
    pub dr: Told,
    /// The last stretch of the log.
    pub chunk: Option<(Sequence, Timestamp)>,
    /// Until when the log was followed before it, or the watch, was last interrupted.
    pub log_followed_until: Option<Timestamp>,
    /// The DR appliance's service.
    pub service: ServiceSeen,
    /// Whether the counter was read before the service was seen to run.
    pub read_before_service: bool,
    /// The counter when the service was last seen not to run, in the prepare phase.
    pub counter_before_service: Option<GetCount>,
    /// The rises under way in the prepare phase.
    pub rises: Option<RiseRun>,
    /// When stage 1 came to be known to be on. It may have begun some time before, but not after.
    pub download_known_at: Option<Timestamp>,
    /// When the last reading of the threads was asked for, at the latest.
    pub threads_asked_at: Option<Timestamp>,
    /// Whether the last answer about the counter could be read.
    pub counter_is_readable: bool,
    /// The reply of the last counter reading.
    pub counter_raw: String,
    /// Windows over which rates are measured.
    pub meter: RateMeter,
    /// The first reading after stage 1, which closes its count.
    pub closing: Closing,
    /// rfsd was restarted; the next reading opens an epoch, for this reason.
    pub restart: Option<String>,
    /// When the latest epoch was opened because the counter fell.
    pub fell_at: Option<Timestamp>,
    /// Whether a line of level INFO was ever seen; the markers are of that level.
    pub info_seen: bool,
    /// Whether the watch began in the midst of a restore.
    pub attachment: Attachment,
    /// When the first of the two final lines was received.
    pub final_line_at: Option<Timestamp>,
    /// The replication state last read or stated, whatever came after it.
    pub replication: Option<ReplicationState>,
    /// When that was last told.
    pub replication_told: Option<Timestamp>,
    /// What the engineer stated of replication, until a reading says otherwise or a change is sent.
    pub replication_stated: Option<ReplicationState>,
}

impl Tracking {
    pub(in crate::run) fn new(at: Timestamp, recorder: String) -> Self {
        Self {
            watched_since: at,
            recorder,
            primary: Told::default(),
            dr: Told::default(),
            chunk: None,
            log_followed_until: None,
            service: ServiceSeen::default(),
            read_before_service: false,
            counter_before_service: None,
            rises: None,
            download_known_at: None,
            threads_asked_at: None,
            counter_is_readable: true,
            counter_raw: String::new(),
            meter: RateMeter::default(),
            closing: Closing::default(),
            restart: None,
            fell_at: None,
            info_seen: false,
            attachment: Attachment::default(),
            final_line_at: None,
            replication: None,
            replication_stated: None,
            replication_told: None,
        }
    }
    pub(in crate::run) const fn told(&self, role: Role) -> &Told {
        match role {
            Role::Primary => &self.primary,
            Role::Dr => &self.dr,
        }
    }

    pub(in crate::run) const fn told_mut(&mut self, role: Role) -> &mut Told {
        match role {
            Role::Primary => &mut self.primary,
            Role::Dr => &mut self.dr,
        }
    }
}
