//! The task that talks to one appliance, and the queue of requests to it.

use std::sync::Arc;

use tokio::{
    sync::mpsc,
    task::{AbortHandle, JoinHandle},
};

use crate::{
    appliance::{
        observation::Observation,
        supervisor::{Request, Supervision, supervise},
    },
    run::Role,
};

use super::connect::PreconnectedTransport;

/// Requests waiting for one appliance; more than an engineer asks for.
const REQUEST_QUEUE: usize = 64;

pub(crate) struct ApplianceTask {
    role: Role,
    requests: mpsc::Sender<Request>,
    task: JoinHandle<()>,
    is_end_reported: bool,
    /// How a person can log in; nothing where the appliance is simulated.
    login: Option<Arc<PreconnectedTransport>>,
}

impl ApplianceTask {
    pub(crate) fn start(supervision: Supervision, observations: mpsc::Sender<Observation>) -> Self {
        let (requests, incoming) = mpsc::channel(REQUEST_QUEUE);
        let role = supervision.role;
        let task = tokio::spawn(supervise(supervision, incoming, observations));
        Self { role, requests, task, is_end_reported: false, login: None }
    }

    pub(crate) fn with_login(self, login: Arc<PreconnectedTransport>) -> Self {
        Self { login: Some(login), ..self }
    }

    pub(crate) fn login(&self) -> Option<Arc<PreconnectedTransport>> {
        self.login.clone()
    }

    pub(crate) fn role(&self) -> Role {
        self.role
    }

    /// Whether the task has ended unasked; true once. Only a fault of drwatch itself ends it.
    pub(crate) fn has_failed(&mut self) -> bool {
        let is_over = self.task.is_finished();
        is_over && !std::mem::replace(&mut self.is_end_reported, is_over)
    }

    /// Hands over a request; false where the task takes no more.
    pub(crate) fn ask(&self, request: Request) -> bool {
        // Never waits: a task that hangs must not hold up the loop.
        self.requests.try_send(request).is_ok()
    }

    /// Ends the task in order, or by force after `timeout` or where this future is dropped.
    pub(crate) async fn close(self, timeout: std::time::Duration) {
        // Dropping a `JoinHandle` only detaches its task, which would then outlive a close that a signal cuts
        // short.
        let _abort = AbortOnDrop(self.task.abort_handle());
        // A full queue means a task that reads no requests; the timeout then ends it.
        drop(self.requests.try_send(Request::Close));
        drop(tokio::time::timeout(timeout, self.task).await);
    }
}

struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
