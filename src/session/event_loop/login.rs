//! A login that needs a person, while the watch is on: the screen makes way, `ssh` asks in the terminal, and
//! observations are taken in meanwhile.

use std::sync::Arc;

use super::EventLoop;
use crate::{
    appliance::{supervisor::Request, transport::ConnectError},
    run::{Link, Role},
    screen::MessageKind,
    session::{
        appliances::connect::PreconnectedTransport,
        event::LoopEvent,
        signals::{Signals, terminal_is_lent},
    },
};

impl EventLoop {
    /// Lets the engineer log in wherever a connection has stopped for want of it.
    pub(super) async fn log_in_where_wanted(&mut self, signals: &mut Signals) {
        if !std::mem::take(&mut self.login_wanted) {
            return;
        }
        let stopped = self.stopped();
        let Some(screen) = self.front.screen().filter(|_| !stopped.is_empty()) else { return };
        // Before the terminal is lent, as from that moment on a Ctrl-C is meant for `ssh`.
        terminal_is_lent(true);
        screen.lend().await;
        let mut failed = None;
        for (role, login) in stopped {
            match self.log_in(&login).await {
                Ok(()) => drop(self.send(role, Request::Reconnect)),
                // Goes on with the other appliance, which may take the login.
                Err(error) => failed = Some(error),
            }
        }
        let now = self.session.now();
        if let Some(screen) = self.front.screen() {
            screen.take_back();
            if let Some(error) = failed {
                screen.view().notify(error.to_string(), MessageKind::Bad, now);
            }
        }
        // Before it counts again: a Ctrl-C typed at the password prompt was meant for `ssh`.
        signals.forget_interrupt();
        terminal_is_lent(false);
    }

    fn stopped(&self) -> Vec<(Role, Arc<PreconnectedTransport>)> {
        let is_stopped = |role| matches!(self.session.run().appliance(role).link, Link::Stopped { .. });
        let tasks = self.sources.appliance_tasks.iter().filter(|task| is_stopped(task.role()));
        tasks.filter_map(|task| Some((task.role(), task.login()?))).collect()
    }

    async fn log_in(&mut self, login: &PreconnectedTransport) -> Result<(), ConnectError> {
        let asking = login.log_in();
        tokio::pin!(asking);
        loop {
            // Cancel-safe: `asking` is polled by reference and goes on where it was.
            tokio::select! {
                biased;
                answer = &mut asking => return answer,
                Some(observation) = self.sources.observations.recv() => {
                    self.handle(LoopEvent::Observed(observation));
                }
            }
        }
    }
}
