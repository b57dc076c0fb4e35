//! Memory of the fold for later events, and which timer events are recorded already.

use std::collections::VecDeque;

use crate::run::values::{
    Disturbance, Elapsed, GetCount, RateMeter, ReplicationState, Sequence, ThreadCount, Timestamp,
};

/// Bound of the changes of the threads that are remembered.
pub(in crate::run) const MAX_THREAD_CHANGES: usize = 16;

/// The DR appliance's service as last seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::run) enum ServiceSeen {
    /// Never read.
    #[default]
    Unknown,
    /// Not running.
    Down,
    /// Up, busy or ready; `since` is known only if it was seen stopped before.
    Running { since: Option<Timestamp> },
}

/// Whether a reading after stage 1 has completed its count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::run) enum Closing {
    /// No reading yet.
    #[default]
    Open,
    /// The reading may have been requested before the stage ended.
    Doubtful,
    /// The reading was certainly requested after the stage ended.
    Closed,
}

/// Whether the watch began during a restore.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::run) enum Attachment {
    /// No sign of it.
    #[default]
    InTime,
    /// The DR service was up at the first look, in the prepare phase.
    Late,
    /// `Late`, and the log was searched for earlier markers.
    LateAndSearched,
    /// `Late`, but the log could not be searched.
    LateAndNotSearched,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::run) struct CounterReading {
    pub value: GetCount,
    pub at: Timestamp,
    pub record: Sequence,
}

/// Consecutive rises before stage 1 is known to have begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::run) struct RiseRun {
    /// The last reading before the rises.
    pub from: CounterReading,
    /// The latest readings that rose, oldest first.
    pub readings: Vec<CounterReading>,
    /// How many rose.
    pub count: u8,
}

impl RiseRun {
    // While the service cannot be read, the counter may rise for hours without a start
    // that is inferred from it.
    const MAX_READINGS: usize = 64;

    /// Rises in a row, while the service runs, from which the start of stage 1 is inferred.
    const RISES_AT_START: u8 = 2;

    pub(in crate::run) const fn new(from: CounterReading) -> Self {
        Self { from, readings: Vec::new(), count: 0 }
    }

    pub(in crate::run) fn push(&mut self, reading: CounterReading) {
        if self.readings.len() == Self::MAX_READINGS {
            self.readings.remove(0);
        }
        self.readings.push(reading);
        self.count = self.count.saturating_add(1);
    }

    /// Whether there are enough rises to infer that stage 1 has begun.
    pub(in crate::run) const fn suggests_start(&self) -> bool {
        self.count >= Self::RISES_AT_START
    }
}

/// A statement that changed the state of replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::run) struct StatedChange {
    /// What was stated.
    pub state: ReplicationState,
    /// When it was stated.
    pub at: Timestamp,
    /// The record of the statement.
    pub record: Sequence,
    /// The reading of the opposite shortly before, which the statement contradicts; `None` where there was none.
    pub against: Option<Timestamp>,
    /// Since when, as stated.
    pub since: Timestamp,
    /// Since when the state before was what it was.
    pub before_since: Option<Timestamp>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::run) struct Tracking {
    /// The last chunk of the log.
    pub chunk: Option<(Sequence, Timestamp)>,
    /// Until when the log was followed before it or the watch was last interrupted.
    pub log_followed_until: Option<Timestamp>,
    /// The DR appliance's service.
    pub service: ServiceSeen,
    /// The latest record that showed it up.
    pub service_up: Option<Sequence>,
    /// Whether the counter was read before the service was seen to run.
    pub read_before_service: bool,
    /// The counter when the service was last seen not to run, in the prepare phase.
    pub counter_before_service: Option<GetCount>,
    /// The current rises in the prepare phase.
    pub rises: Option<RiseRun>,
    /// When the start of stage 1 became known. It may have begun earlier, not later.
    pub download_known_at: Option<Timestamp>,
    /// The last reading at rest, from whose time on a start of stage 1 is counted that is inferred from the counter.
    pub stage_1_from: Option<Sequence>,
    /// The first sign of stage 1, where its start is inferred from the counter: it had begun by then.
    pub stage_1_by: Option<Timestamp>,
    /// Latest time at which the last reading of the threads was requested.
    pub threads_asked_at: Option<Timestamp>,
    /// Since when the DR appliance has had each number of threads, the latest last; the oldest are dropped.
    pub thread_changes: VecDeque<(Timestamp, ThreadCount)>,
    /// Whether the last answer about the counter could not be read.
    pub counter_is_unreadable: bool,
    /// The time between the last two readings that are counted.
    pub counter_interval: Elapsed,
    /// The last reading that is counted, where none shows what was downloaded until stage 1 was over.
    pub uncounted_from: Option<Timestamp>,
    /// The reply of the last counter reading.
    pub counter_raw: String,
    /// Windows over which rates are measured.
    pub meter: RateMeter,
    /// The first reading after stage 1, which completes its count.
    pub closing: Closing,
    /// rfsd was restarted; the next reading opens an epoch, for this reason.
    pub restart: Option<String>,
    /// When the latest epoch was opened because the counter fell.
    pub fell_at: Option<Timestamp>,
    /// Whether an INFO line was ever seen; the markers have that level.
    pub info_seen: bool,
    /// Whether the watch began during a restore.
    pub attachment: Attachment,
    /// When the first of the two final lines was received.
    pub final_line_at: Option<Timestamp>,
    /// The replication state last read or stated.
    pub replication: Option<ReplicationState>,
    /// When it was last read or stated.
    pub replication_known_at: Option<Timestamp>,
    /// The latest statement that changed the replication state, until the next reading.
    pub stated_change: Option<StatedChange>,
    /// The replication state stated by the engineer, until a reading differs or a change is sent.
    pub replication_stated: Option<ReplicationState>,
}

/// Timer events already recorded, each with its time; cleared when the condition ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reported {
    /// Stage 1 is reported as stalled; cleared by the next rise.
    pub stalled: Option<Timestamp>,
    /// Highest part of the budget reported, in percent.
    pub budget_percent: u8,
    /// The absence of INFO lines is reported; cleared by the first one.
    pub no_info_lines: Option<Timestamp>,
    /// The log is reported to be silent while the counter rises; cleared by its next line.
    pub log_silent: Option<Timestamp>,
    /// What has disturbed the restore, as the findings about it say.
    pub disturbance: Disturbance,
}
