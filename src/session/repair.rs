//! What is put right in an interrupted run before the watch goes on: actions nobody knows the end of,
//! and log lines that reached the disk but not the journal.

use crate::{
    ingest::{arrivals::Arrivals, files::Seen},
    journal::{JournalError, RunFolder},
    run::{ActionState, Arrival, Event, LogCitation, LogOffset, Phase, Role, Timestamp},
};

use super::{hub::Hub, recorder::Appended};

/// Most bytes of the last lines that are looked for in a log to find the place again.
const EVIDENCE: usize = 64 << 10;

/// The end of the log as it stands on disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct LogTail {
    /// Where `lines` begin.
    pub(crate) offset: LogOffset,
    /// Whole lines; behind them the beginning of one, as far as the record cites it.
    pub(crate) lines: Vec<u8>,
}

impl LogTail {
    /// Where they end.
    pub(crate) fn end(&self) -> LogOffset {
        LogOffset(self.offset.0.saturating_add(self.lines.len() as u64))
    }

    /// Those of the lines that end before `offset`.
    pub(crate) fn before(&self, offset: LogOffset) -> &[u8] {
        let length = usize::try_from(offset.0.saturating_sub(self.offset.0)).unwrap_or(usize::MAX);
        self.lines.get(..length.min(self.lines.len())).unwrap_or_default()
    }

    /// Where the line begins that `offset` stands in.
    pub(crate) fn line_of(&self, offset: LogOffset) -> LogOffset {
        let before = memchr::memrchr(b'\n', self.before(offset)).map_or(0, |newline| newline + 1);
        LogOffset(self.offset.0.saturating_add(before as u64))
    }
}

/// What of an interrupted run is to be put right.
pub(crate) struct TakeUp {
    /// When the last record before the interruption was made.
    pub(crate) left_at: Timestamp,
    /// When the last line of the log was put on record that surely follows on those before, or the run begun.
    pub(crate) sure_at: Timestamp,
    /// The last whole lines of the log.
    pub(crate) tail: LogTail,
    /// The record of what a power failure took of the log.
    pub(crate) lost: Option<Appended>,
    /// Events that cite lines no chunk covers.
    pub(crate) recorded: Vec<Recorded>,
    /// From here on the log on disk is one stretch, behind its last gap.
    pub(crate) one_stretch_from: LogOffset,
    /// Whether the log was ever followed to its end.
    pub(crate) was_followed: bool,
    /// How the lines of the log arrived.
    pub(crate) arrivals: Arrivals,
}

impl TakeUp {
    /// The log as it stands on disk, for a source that has to find its place again.
    pub(crate) fn seen(&self, folder: &RunFolder) -> Seen {
        let from = self.one_stretch_from.0.saturating_sub(self.tail.offset.0);
        let lines = self.tail.lines.get(usize::try_from(from).unwrap_or(usize::MAX)..).unwrap_or_default();
        let long = lines.len().saturating_sub(EVIDENCE);
        let begin = match memchr::memchr(b'\n', lines.get(long..).unwrap_or_default()) {
            Some(newline) if long > 0 => long + newline + 1,
            _ => 0,
        };
        Seen {
            log: folder.log_path(),
            length: self.tail.end().0,
            last: lines.get(begin..).unwrap_or_default().to_vec(),
            is_one_stretch: self.one_stretch_from.0 == 0,
            left_at: self.left_at,
        }
    }

    /// Whether what an unfinished or uncited line tells was put on record before the interruption.
    fn has_on_record(&self, event: &Event) -> bool {
        Recorded::of(event).is_some_and(|known| self.recorded.contains(&known))
    }
}

/// An event that cites a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub(crate) offset: LogOffset,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Marker,
    Alarm,
    NearMiss,
    Restart,
}

impl Recorded {
    pub(crate) fn of(event: &Event) -> Option<Self> {
        let of = |line: &LogCitation, what| Some(Self { offset: line.offset, what });
        match event {
            Event::MarkerSeen { line, .. } => of(line, What::Marker),
            Event::AlarmSeen { line, .. } => of(line, What::Alarm),
            Event::NearMissSeen { line, .. } => of(line, What::NearMiss),
            Event::RfsdRestarted { line, .. } => of(line, What::Restart),
            _ => None,
        }
    }
}

impl Hub {
    /// Puts the run right. No action is possible before: the loop has not begun.
    ///
    /// # Errors
    /// The log on disk cannot be read.
    pub(crate) fn take_up(&mut self, left: &mut TakeUp, log_is_a_file: bool) -> Result<(), JournalError> {
        self.show_recorded_log(std::mem::take(&mut left.arrivals));
        self.give_up_actions();
        let cited = self.recorder().log_end();
        if let Some(lost) = left.lost.take() {
            self.after(&lost);
        }
        // Only so that what comes next is understood; all of it is on record.
        let clock_offset = self.run().dr.clock_offset;
        let is_begun = self.was_followed();
        self.log_parser.go_on_from(clock_offset, is_begun);
        let now = self.now();
        drop(self.log_parser.read(left.tail.before(cited), left.tail.offset, Arrival::CaughtUp, now));
        self.read_uncited(left, log_is_a_file)?;
        for event in self.log_parser.events_of_partial_line(now, true) {
            if !left.has_on_record(&event) {
                self.record(&event);
            }
        }
        if self.run().phases.current > Phase::Stage1 {
            self.slow_down();
        }
        Ok(())
    }

    /// Puts on record that markers and alarms are from now on told by another dialect than the first
    /// record names.
    pub(crate) fn note_other_dialect(&mut self, digest: &str) {
        if self.run().started.dialect != digest {
            let text = format!("gone on with another dialect than the run was begun with: {digest}");
            self.record(&Event::Noted { text, user: "drwatch".to_owned() });
        }
    }

    /// Of an action that was under way nobody knows what became of it; the polls read the state back.
    fn give_up_actions(&mut self) {
        let open: Vec<_> = self.run().actions.iter().filter(|action| !action.state.is_settled()).collect();
        let events: Vec<_> = open
            .into_iter()
            .map(|action| {
                let role = action.plan.action.role();
                let reason = format!(
                    "drwatch ended before the {role} confirmed it; the state read from the {role} since is what counts"
                );
                Event::ActionSettled { id: action.id, state: ActionState::Unknown { reason } }
            })
            .collect();
        for event in &events {
            self.record(event);
        }
    }

    /// Takes into the record what stands in `dr.log` beyond it.
    fn read_uncited(&mut self, left: &TakeUp, log_is_a_file: bool) -> Result<(), JournalError> {
        while let Some(mut bytes) = self.recorder.uncited()? {
            // A line that a crash has cut comes again.
            let whole = left.tail.end().0.saturating_sub(self.recorder.log_end().0);
            bytes.truncate(usize::try_from(whole).unwrap_or(usize::MAX));
            if bytes.is_empty() {
                break;
            }
            if let Some(end) = memchr::memrchr(b'\n', &bytes) {
                bytes.truncate(end + 1);
            }
            for line in bytes.split_inclusive(|byte| *byte == b'\n') {
                let arrival = if log_is_a_file { Arrival::CaughtUp } else { self.arrival_of(line) };
                self.take_log(line, arrival, |event| !left.has_on_record(event));
            }
            // Held in memory, the same bytes would be read for ever.
            if self.recorder.trouble().is_some() {
                break;
            }
        }
        if self.recorder.trouble().is_none() {
            self.recorder.cut_rest();
        }
        Ok(())
    }

    /// Whether the log was followed before the interruption, so that what stands behind that is of this run.
    fn was_followed(&self) -> bool {
        let log = &self.run().log;
        log.followed || log.tally.earlier.0 > 0
    }

    /// How an uncited line arrived: before the run began, or during it. Behind a log that was followed the place
    /// tells. Elsewhere, without a measured clock, nothing tells, and an old line must never end a phase.
    fn arrival_of(&self, line: &[u8]) -> Arrival {
        let run = self.run();
        if run.log.followed {
            return Arrival::CaughtUp;
        }
        let Some(ahead) = run.dr.clock_offset.and_then(chrono::TimeDelta::try_seconds) else {
            return Arrival::Earlier;
        };
        let words = crate::parse::undecorated(line);
        let stamp = crate::parse::log_line(&words).stamp.and_then(|stamp| stamp.resolve(self.now()));
        match stamp {
            Some(stamp) if stamp.shifted(-ahead) < run.started_at => Arrival::Earlier,
            _ => Arrival::CaughtUp,
        }
    }

    fn slow_down(&self) {
        use crate::appliance::supervisor::{Pace, Request};
        self.ask(Role::Dr, Request::Pace(Pace::Slow));
    }
}
