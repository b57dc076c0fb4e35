//! What the engineer states beside a log.

use crate::ingest::import::error::ImportError;
use crate::run::{Answer, Elapsed, Event, GetCount, Reading};

#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// The saved bucket listing, as an event.
    pub(crate) listing: Option<Event>,
    /// The counter before stage 1 and at its end.
    pub(crate) baseline: Option<u64>,
    pub(crate) gets: Option<u64>,
}

impl Given {
    /// The counter before stage 1.
    pub(super) fn before_stage_1(&self) -> Option<Event> {
        self.baseline.map(|baseline| counter(baseline, "--baseline"))
    }

    /// The counter at the end of stage 1, and `unsaid` of that end; `has_start`: the log shows the begin of the stage.
    ///
    /// # Errors
    ///
    /// The counter fell, and nothing in the log has set it to zero: then neither of the two is a count of this restore.
    pub(super) fn after_stage_1(&self, unsaid: &str, has_start: bool) -> Result<Option<Event>, ImportError> {
        let Some(gets) = self.gets else { return Ok(None) };
        match self.baseline.filter(|baseline| gets < *baseline && !has_start) {
            Some(baseline) => Err(ImportError::CounterFell { baseline, gets }),
            None => Ok(Some(counter(gets, &format!("--gets{unsaid}")))),
        }
    }
}

/// A counter value that was given.
fn counter(value: u64, flag: &str) -> Event {
    Event::CounterRead(Answer {
        reading: Reading::Known(GetCount(value)),
        took: Elapsed::ZERO,
        raw: format!("given with {flag}: {value}"),
    })
}
