//! Repairing an interrupted run before the watch goes on: actions whose outcome is unknown, and log lines that
//! reached the disk but not the journal.

use super::Session;
use crate::{
    appliance::supervisor::{Pace, Request},
    journal::JournalError,
    run::{ActionState, Arrival, Event, Role},
    session::{automatic::pace, record::interruption::Interruption},
};

impl Session {
    /// Repairs the run. No action is possible before: the loop has not begun.
    pub(crate) fn repair(
        &mut self,
        interruption: &mut Interruption,
        log_is_a_file: bool,
    ) -> Result<(), JournalError> {
        // The panel first: rows of what is recorded from here on come behind the old ones.
        self.show_recorded_log(std::mem::take(&mut interruption.arrivals));
        // An open action locks all others, and nobody is left who could settle this one.
        self.settle_open_actions();
        let cited = self.recorder.log_end();
        if let Some(lost) = interruption.lost.take() {
            self.after(&lost);
        }
        // Read again only for the parser's state; all of it is on record.
        let clock_offset = self.run().dr.clock_offset;
        let is_begun = self.was_followed();
        self.intake.parser.go_on_from(clock_offset, is_begun);
        let now = self.now();
        drop(self.intake.parser.read(
            interruption.tail.before(cited),
            interruption.tail.offset,
            Arrival::CaughtUp,
            now,
        ));
        // These were received before the interruption, though they are recorded only now: what was logged since is not
        // covered by them, also after one more interruption.
        self.recorder.date_uncited(Some(interruption.sure_at));
        let read = self.read_uncited(interruption, log_is_a_file);
        // So that this chunk, which carries one time for all its lines, holds none that come later.
        self.cut_log();
        self.recorder.date_uncited(None);
        read?;
        for event in self.intake.parser.events_of_partial_line(now, true) {
            if !interruption.has_on_record(&event) {
                self.record(&event);
            }
        }
        // `Automation` takes what was due before for done, and would not ask for the slow pace again.
        let pace = pace(self.run().phases.current);
        if pace != Pace::default() {
            self.outbox.send(Role::Dr, Request::Pace(pace));
        }
        Ok(())
    }

    /// Records that markers and alarms are from now on recognised by another dialect than the first record names.
    pub(crate) fn note_other_dialect(&mut self, digest: &str) {
        if self.run().started.dialect != digest {
            let text = format!("gone on with another dialect than the run was begun with: {digest}");
            self.record(&Event::Noted { text, user: "drwatch".to_owned(), line: None });
        }
    }

    /// Settles actions that were under way as unknown; the polls read the state back.
    fn settle_open_actions(&mut self) {
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

    /// Records what `dr.log` holds beyond the last citation.
    fn read_uncited(&mut self, interruption: &Interruption, log_is_a_file: bool) -> Result<(), JournalError> {
        while let Some(mut bytes) = self.recorder.read_uncited()? {
            // A line that a crash has cut is read from its source again.
            let whole = interruption.tail.end().0.saturating_sub(self.recorder.log_end().0);
            bytes.truncate(usize::try_from(whole).unwrap_or(usize::MAX));
            if bytes.is_empty() {
                break;
            }
            // The rest of the piece comes again with the next one, as it is not written until then.
            if let Some(end) = memchr::memrchr(b'\n', &bytes) {
                bytes.truncate(end + 1);
            }
            for line in bytes.split_inclusive(|byte| *byte == b'\n') {
                let arrival = if log_is_a_file { Arrival::CaughtUp } else { self.arrival_of(line) };
                self.take_log(line, arrival, |event| !interruption.has_on_record(event));
            }
            // With records held in memory, the same bytes would stay uncited and be read forever.
            if self.recorder.trouble().is_some() {
                break;
            }
        }
        if self.recorder.trouble().is_none() {
            self.recorder.cut_partial_line();
        }
        Ok(())
    }

    /// Whether the log was followed before the interruption, so that all that comes after belongs to this run.
    fn was_followed(&self) -> bool {
        let log = &self.run().log;
        log.followed || log.tally.earlier.0 > 0
    }

    /// How an uncited line arrived: before the run began, or during it. Once the log was followed, every further line
    /// is new. Before that its timestamp decides, if the clock was measured; otherwise the line counts as old, as an
    /// old line must never end a phase.
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
}
