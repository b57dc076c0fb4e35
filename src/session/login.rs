//! A login that needs a person, while the watch is on: the screen makes way, `ssh` asks in the
//! terminal, and observations are taken in meanwhile.

use std::sync::Arc;

use crate::{
    appliance::{supervisor::Request, transport::ConnectError},
    run::{Link, Role},
    screen::MessageKind,
    session::{
        connect::PreconnectedTransport,
        signals::{Signals, while_lent},
    },
};

use super::state::Session;

impl Session {
    /// Lets the engineer log in wherever a connection has stopped for want of it.
    pub(crate) async fn log_in_where_wanted(&mut self, signals: &mut Signals) {
        if !std::mem::take(&mut self.login_wanted) {
            return;
        }
        let stopped = self.stopped();
        let Some(mut screen) = (if stopped.is_empty() { None } else { self.take_screen() }) else { return };
        while_lent(true);
        screen.lend().await;
        let mut failed = None;
        for (role, login) in stopped {
            match self.log_in(&login).await {
                Ok(()) => {
                    self.ask(role, Request::Reconnect);
                }
                Err(error) => failed = Some(error),
            }
        }
        screen.take_back();
        signals.forget_interrupt();
        while_lent(false);
        if let Some(error) = failed {
            let now = self.now();
            screen.view().notify(error.to_string(), MessageKind::Bad, now);
        }
        self.put_screen(screen);
    }

    fn stopped(&self) -> Vec<(Role, Arc<PreconnectedTransport>)> {
        let is_stopped = |role: &Role| matches!(self.run().appliance(*role).link, Link::Stopped { .. });
        let ways = [Role::Primary, Role::Dr].into_iter().filter(is_stopped);
        ways.filter_map(|role| Some((role, self.login_of(role)?))).collect()
    }

    async fn log_in(&mut self, login: &PreconnectedTransport) -> Result<(), ConnectError> {
        let asking = login.log_in();
        tokio::pin!(asking);
        loop {
            tokio::select! {
                biased;
                answer = &mut asking => return answer,
                Some(observation) = self.next_observation() => self.take_in(observation),
            }
        }
    }
}
