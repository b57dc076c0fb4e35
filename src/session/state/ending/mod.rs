//! When a watch is over.

pub(in crate::session::state) mod closing;
pub(in crate::session::state) mod export;

use crate::run::{Backlog, Elapsed, Ending, Phase, Run, Timestamp};

/// When a watch without a screen is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    Quit,
    /// The namespace is restored, or the log's source has ended.
    Restored,
    /// The scenario's script is played to its end.
    ScriptEnd,
}

/// How long the answers still under way are waited for, which belong to the record.
const LAST_ANSWERS_TIMEOUT: Elapsed = Elapsed::from_secs(2);

/// How long a script that is over waits for production to be protected again.
const PROTECTION_TIMEOUT: Elapsed = Elapsed::from_secs(3600);

/// The end of the watch: what it waits for, and why it has come.
pub(super) struct Closing {
    until: Until,
    ending: Option<Ending>,
    /// Since when only the last answers are waited for.
    over_since: Option<Timestamp>,
}

impl Closing {
    pub(super) const fn new(until: Until) -> Self {
        Self { until, ending: None, over_since: None }
    }

    pub(super) fn ending(&self) -> Option<Ending> {
        self.ending.clone()
    }

    pub(super) const fn is_ending(&self) -> bool {
        self.ending.is_some()
    }

    pub(super) fn end(&mut self, ending: Ending) {
        self.ending.get_or_insert(ending);
    }

    /// Ends the watch where what it waits for has come.
    pub(super) fn check(&mut self, run: &Run, now: Timestamp, log_is_read: bool, script_is_over: bool) {
        let is_over = match self.until {
            Until::Quit => false,
            Until::Restored => run.phases.current >= Phase::InUse || log_is_read,
            Until::ScriptEnd => script_is_over && run.actions.iter().all(|action| action.state.is_settled()),
        };
        if !is_over {
            return;
        }
        let since = *self.over_since.get_or_insert(now);
        let is_sending = run
            .replication
            .recovery_under_way()
            .is_some_and(|recovery| matches!(recovery.backlog, Backlog::Waiting(_)));
        let wait = match self.until {
            // What the pause kept back is still on its way to the cloud, and its end belongs to the record.
            Until::ScriptEnd if is_sending => PROTECTION_TIMEOUT,
            // A script is over only once its actions are settled, so that it awaits no more answers.
            Until::ScriptEnd => Elapsed::ZERO,
            Until::Quit | Until::Restored => LAST_ANSWERS_TIMEOUT,
        };
        if now.since(since) >= wait {
            self.end(Ending::Finished);
        }
    }
}
