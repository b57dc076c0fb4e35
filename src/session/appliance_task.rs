//! One appliance as the loop sees it: a task that talks to it, and the way to ask something of it.

use std::sync::Arc;

use tokio::{
    sync::mpsc,
    task::{AbortHandle, JoinHandle},
};

use crate::{
    appliance::{
        gate::Gate,
        observation::Observation,
        supervisor::{Request, Supervision, supervise},
    },
    run::{ActionKind, ActionPlan, Role, RunSettings, ThreadCount},
    session::connect::PreconnectedTransport,
};

/// Requests waiting for one appliance; more than an engineer can ask for.
const REQUESTS: usize = 64;

/// What an action would send, made by the gate once at the start; nothing when it may not write.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plans {
    /// What the settings ask for.
    pub(crate) usual: Vec<ActionPlan>,
    /// Every other number of threads: which one there was before the test shows only later.
    threads: Vec<ActionPlan>,
}

/// More threads than any gate lets pass.
const THREADS: u32 = 256;

impl Plans {
    /// Adds what `gate` would send for each of its actions; a read-only gate has none.
    pub(crate) fn add(&mut self, gate: &Gate, settings: &RunSettings) {
        let actions = [ActionKind::Pause, ActionKind::Resume, ActionKind::SetThreads(settings.threads)];
        self.usual.extend(actions.into_iter().filter_map(|action| gate.plan(action).ok()));
        let numbers = (1..=THREADS).map(|count| ActionKind::SetThreads(ThreadCount(count)));
        self.threads.extend(numbers.filter_map(|action| gate.plan(action).ok()));
    }

    pub(crate) fn of(&self, action: ActionKind) -> Option<&ActionPlan> {
        self.usual.iter().chain(&self.threads).find(|plan| plan.action == action)
    }
}

/// The running task of one appliance.
pub(crate) struct ApplianceTask {
    role: Role,
    requests: mpsc::Sender<Request>,
    task: JoinHandle<()>,
    /// Whether the end of the task was told.
    end_told: bool,
    /// How a person can log in; nothing where the appliance is simulated.
    login: Option<Arc<PreconnectedTransport>>,
}

impl ApplianceTask {
    pub(crate) fn start(supervision: Supervision, observations: mpsc::Sender<Observation>) -> Self {
        let (requests, incoming) = mpsc::channel(REQUESTS);
        let role = supervision.role;
        let task = tokio::spawn(supervise(supervision, incoming, observations));
        Self { role, requests, task, end_told: false, login: None }
    }

    /// The same, with a way for a person to log in.
    pub(crate) fn with_login(self, login: Arc<PreconnectedTransport>) -> Self {
        Self { login: Some(login), ..self }
    }

    pub(crate) fn login(&self) -> Option<Arc<PreconnectedTransport>> {
        self.login.clone()
    }

    pub(crate) fn role(&self) -> Role {
        self.role
    }

    /// Whether the task has ended though nobody asked it to; told once. Only a fault of drwatch itself
    /// ends it.
    pub(crate) fn has_failed(&mut self) -> bool {
        let is_over = self.task.is_finished();
        is_over && !std::mem::replace(&mut self.end_told, is_over)
    }

    /// Hands over a request; false where the task takes no more.
    pub(crate) fn ask(&self, request: Request) -> bool {
        self.requests.try_send(request).is_ok()
    }

    /// Ends the task in order, or after `patience` at once; at once too where this is dropped.
    pub(crate) async fn close(self, patience: std::time::Duration) {
        let _abort = AbortOnDrop(self.task.abort_handle());
        drop(self.requests.try_send(Request::Close));
        drop(tokio::time::timeout(patience, self.task).await);
    }
}

/// Ends a task, if it still runs.
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{appliance::gate::Access, dialect::Dialect};

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
