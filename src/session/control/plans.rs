//! What the actions would send.

use crate::{
    appliance::gate::Gate,
    run::{ActionKind, ActionPlan, RunSettings, ThreadCount},
};

/// More threads than any gate lets pass.
const MAX_THREADS: u32 = 256;

/// What each action would send, made by the gate once at the start; empty where it may not write.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plans {
    pub(crate) usual: Vec<ActionPlan>,
    /// Every other number of threads: which one there was before the test shows only later.
    threads: Vec<ActionPlan>,
}

impl Plans {
    /// Adds what `gate` would send for each of its actions; a read-only gate has none.
    pub(crate) fn add(&mut self, gate: &Gate, settings: &RunSettings) {
        let actions = [ActionKind::Pause, ActionKind::Resume, ActionKind::SetThreads(settings.threads)];
        self.usual.extend(actions.into_iter().filter_map(|action| gate.plan(action).ok()));
        let numbers = (1..=MAX_THREADS).map(|count| ActionKind::SetThreads(ThreadCount(count)));
        self.threads.extend(numbers.filter_map(|action| gate.plan(action).ok()));
    }

    pub(crate) fn of(&self, action: ActionKind) -> Option<&ActionPlan> {
        self.usual.iter().chain(&self.threads).find(|plan| plan.action == action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{appliance::gate::Access, dialect::Dialect, run::Role};

    #[test]
    fn every_number_of_threads_that_an_appliance_takes_can_be_sent() {
        let dialect = Dialect::built_in();
        let mut plans = Plans::default();
        let settings = RunSettings::default();
        plans.add(&Gate::new(Role::Dr, &dialect, Access::ReadAndChange).unwrap(), &settings);
        let of = |count| plans.of(ActionKind::SetThreads(ThreadCount(count)));
        assert_eq!([15, 16, 64, 128, 129].map(|count| of(count).is_some()), [false, true, true, true, false]);
        assert!(of(16).unwrap().lines.iter().any(|line| line == "replication num-threads 16"));
        assert_eq!(plans.usual.len(), 1, "what the settings ask for, and nothing that is only possible");
        let mut read_only = Plans::default();
        read_only.add(&Gate::new(Role::Dr, &dialect, Access::ReadOnly).unwrap(), &settings);
        assert!(read_only.of(ActionKind::SetThreads(ThreadCount(16))).is_none());
    }
}
