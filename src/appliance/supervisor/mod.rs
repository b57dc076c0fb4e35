//! One task per appliance: connect, identify, poll, follow the log, act, reconnect, for ever. Emits
//! what it sees; what that means for the run is the watch's business.

mod action;
mod backoff;
mod connection;
mod on_demand;
mod online;
mod poll;
mod request;

use std::{
    sync::{Arc, Mutex, atomic::AtomicBool},
    time::Duration,
};

use tokio::sync::mpsc;
use tracing::Instrument as _;

pub(crate) use self::request::{NotSent, Pace, Request, Schedule};
use self::{
    backoff::Backoff,
    connection::AcrossConnections,
    online::{End, Online},
};
pub(crate) use super::observation::Observation;
use super::{
    client::{Client, IdentifiedConnection, OpenError, Seen, ShellContext, arrive, differences},
    gate::Gate,
    observation::Emitter,
    shell::Secret,
    tail::Memory,
    transport::{Connection, Transport},
};
use crate::{
    clock::Clock,
    dialect::Dialect,
    run::{ActionState, Elapsed, Event, Identity, Link, Role},
};

/// A connection that lasted so long resets the pauses between attempts.
// Reset by any connection, the pauses would stay at a second where each connection drops at once.
const STEADY_CONNECTION: Elapsed = Elapsed::from_secs(30);

/// What is added to the reason of an action that is not read back any more.
const ENDED_BEFORE_READ_BACK: &str = ", and drwatch ended before it could be read back";

const CLOSE_LIMIT: Duration = Duration::from_secs(5);

/// What a supervisor is made of.
pub(crate) struct Supervision {
    pub(crate) role: Role,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) dialect: Arc<Dialect>,
    pub(crate) gate: Gate,
    pub(crate) schedule: Schedule,
    pub(crate) clock: Clock,
    /// Whether its log is followed.
    pub(crate) tail: bool,
    /// Who the appliance has to be, from an earlier watch of the same run; `None`: whoever is met first.
    pub(crate) expected: Option<Identity>,
    /// What is known of the log already, from an earlier watch of the same run.
    pub(crate) memory: Memory,
    /// Answers `enable` where it asks for a password.
    pub(crate) enable_password: Option<Secret>,
    /// Of the jitter between attempts to connect.
    pub(crate) seed: u64,
}

/// Watches one appliance until it is asked to close, or nobody sends requests or receives
/// observations any more. Observations have to be received until the end: an action under way is
/// given two seconds to end, and what became of it is emitted last.
pub(crate) async fn supervise(
    supervision: Supervision,
    requests: mpsc::Receiver<Request>,
    observations: mpsc::Sender<Observation>,
) {
    let Supervision { role, transport, schedule, clock, tail, dialect, enable_password, .. } = supervision;
    let context = ShellContext { gate: Arc::new(supervision.gate), dialect, clock, enable_password };
    let across = AcrossConnections {
        requests,
        memory: supervision.memory,
        pending: Vec::new(),
        pace: Pace::default(),
        expected: supervision.expected,
    };
    let backoff = Backoff::new(supervision.seed);
    let emitter = Emitter::new(observations);
    let mut supervisor =
        Supervisor { role, transport, schedule, tail, backoff, emitter, context, across, stranger: None };
    let span = tracing::info_span!("appliance", role = %supervisor.role);
    async {
        // It is large, and lives for the whole watch.
        Box::pin(supervisor.run()).await;
        supervisor.settle_pending(ENDED_BEFORE_READ_BACK).await;
    }
    .instrument(span)
    .await;
}

struct Supervisor {
    role: Role,
    transport: Arc<dyn Transport>,
    schedule: Schedule,
    tail: bool,
    backoff: Backoff,
    emitter: Emitter,
    context: ShellContext,
    across: AcrossConnections,
    /// The other machine that was met last in its place.
    stranger: Option<Identity>,
}

enum Next {
    Connect,
    Close,
}

/// An appliance that has been reached and has shown who it is.
type Established = (Box<dyn Connection>, Client, Seen);

impl Supervisor {
    async fn run(&mut self) {
        loop {
            self.link(Link::Connecting).await;
            let attempt = establish(Arc::clone(&self.transport), self.context.clone())
                .instrument(tracing::debug_span!("connect"));
            tokio::pin!(attempt);
            let established = loop {
                // The attempt is pinned outside of the loop: a request does not start the login over, which could lock
                // the account.
                tokio::select! {
                    biased;
                    () = self.emitter.closed() => return,
                    request = self.across.requests.recv() => match self.offline(request).await {
                        Some(Next::Close) => return,
                        Some(Next::Connect) | None => {}
                    },
                    established = &mut attempt => break established,
                }
            };
            let next = match established {
                Ok(established) => self.online(established).await,
                Err(error) => self.failed(&error).await,
            };
            if matches!(next, Next::Close) {
                return;
            }
        }
    }

    async fn online(&mut self, (connection, client, seen): Established) -> Next {
        let since = self.context.clock.now();
        let role = self.role;
        // Before anything is asked or read: what another machine says must not become a part of the run.
        let expected = self.across.expected.get_or_insert_with(|| seen.identity.clone()).clone();
        if expected.is_other_machine(&seen.identity) {
            drop(client);
            close(connection).await;
            return self.reject_stranger(seen).await;
        }
        self.stranger = None;
        self.identified(seen).await;
        self.link(Link::Connected).await;
        let online = Online {
            role,
            appliance: IdentifiedConnection::new(connection.as_ref(), &self.context, expected),
            emitter: &self.emitter,
            schedule: self.schedule,
            consent: Mutex::default(),
            is_ending: AtomicBool::new(false),
        };
        let client = online.appliance.adopt(client);
        let end = online.run(client, &mut self.across, self.tail).await;
        // It borrows the connection, which the close consumes.
        drop(online);
        // Before the close, which may take as long as its limit.
        if matches!(end, End::Closed) {
            self.settle_pending(ENDED_BEFORE_READ_BACK).await;
        }
        close(connection).await;
        if self.context.clock.now().since(since) >= STEADY_CONNECTION {
            self.backoff.reset();
        }
        match end {
            End::Closed => Next::Close,
            End::Reconnect => Next::Connect,
            End::Stranger(stranger) => self.reject_stranger(stranger).await,
            End::Lost(reason) => self.wait(format!("the connection to the {role} was lost: {reason}")).await,
            End::Stopped(reason) => self.stop(reason).await,
        }
    }

    /// Another machine answers in place of the expected one. What it would read back says nothing about an
    /// action sent before. The address is tried again: it may lead back.
    async fn reject_stranger(&mut self, stranger: Seen) -> Next {
        let expected = self.across.expected.as_ref();
        let differences =
            expected.map_or_else(String::new, |expected| differences(expected, &stranger.identity));
        // It is tried again every few seconds: one event for each machine, not one for each attempt.
        if self.stranger.as_ref() != Some(&stranger.identity) {
            self.stranger = Some(stranger.identity.clone());
            self.identified(stranger).await;
        }
        let reason = format!("another machine answers as the {}: {differences}", self.role);
        self.settle_pending(&format!("; {reason}, so that it cannot be read back")).await;
        self.wait(reason).await
    }

    async fn failed(&mut self, error: &OpenError) -> Next {
        match error {
            OpenError::OtherMachine { .. } => self.wait(format!("the {}: {error}", self.role)).await,
            OpenError::Connect(connect) if !connect.is_retryable() => self.stop(connect.to_string()).await,
            OpenError::Connect(connect) => self.wait(connect.to_string()).await,
            OpenError::Shell(shell) if shell.needs_a_person() => self.stop(shell.to_string()).await,
            OpenError::Shell(shell) => {
                self.wait(format!("no use can be made of the {}: {shell}", self.role)).await
            }
        }
    }

    async fn wait(&mut self, reason: String) -> Next {
        let delay = self.backoff.next_delay();
        let clock = self.context.clock;
        let retry_at = clock.now() + Elapsed::from(delay);
        self.link(Link::Waiting { reason, retry_at }).await;
        // `retry_at` is only shown: the pause itself is not moved by setting the wall clock.
        self.next(clock.sleep(delay)).await
    }

    async fn stop(&mut self, reason: String) -> Next {
        self.link(Link::Stopped { reason }).await;
        let next = self.next(std::future::pending()).await;
        // Somebody has asked for this attempt, so earlier failures say nothing about it.
        self.backoff.reset();
        next
    }

    /// Answers requests until one of them, or the end of the `pause`, decides what comes next.
    async fn next(&mut self, pause: impl Future<Output = ()>) -> Next {
        tokio::pin!(pause);
        loop {
            // Requests before the pause, so that an end is not put off by one more attempt to connect.
            tokio::select! {
                biased;
                () = self.emitter.closed() => return Next::Close,
                request = self.across.requests.recv() => {
                    if let Some(next) = self.offline(request).await {
                        return next;
                    }
                }
                () = &mut pause => return Next::Connect,
            }
        }
    }

    async fn offline(&mut self, request: Option<Request>) -> Option<Next> {
        match request {
            None | Some(Request::Close) => return Some(Next::Close),
            Some(Request::Reconnect) => return Some(Next::Connect),
            Some(Request::AskNow | Request::SearchLog | Request::ConsentChecked { .. }) => {}
            Some(Request::Expect(identity)) => {
                self.across.expected = Some(*identity);
                // The machine that was turned away may be the expected one now.
                return Some(Next::Connect);
            }
            Some(Request::Pace(pace)) => self.across.pace = pace,
            Some(Request::Act { id, .. }) => {
                let reason = format!("nothing was sent: the {} is not connected", self.role);
                let state = ActionState::Rejected { reason };
                self.emitter.event(Event::ActionSettled { id, state }).await;
            }
            Some(Request::ListBucket(_)) => {
                let reason = format!("the {} is not connected; ask again once it is", self.role);
                self.emitter.event(Event::ListingRefused { reason, raw: String::new() }).await;
            }
        }
        None
    }

    async fn identified(&self, Seen { identity, raw }: Seen) {
        self.emitter.event(Event::Identified { role: self.role, identity, raw }).await;
    }

    async fn link(&self, link: Link) {
        tracing::info!(?link, "link");
        self.emitter.event(Event::LinkChanged { role: self.role, link }).await;
    }

    /// Settles every action that was not read back as unknown; `why` goes behind its reason.
    async fn settle_pending(&mut self, why: &str) {
        for pending in std::mem::take(&mut self.across.pending) {
            let reason = format!("{}{why}", pending.reason);
            let state = ActionState::Unknown { reason };
            self.emitter.event(Event::ActionSettled { id: pending.id, state }).await;
        }
    }
}

async fn close(connection: Box<dyn Connection>) {
    // An ssh that does not end must hold up neither the next attempt nor the end of the program.
    let _ = tokio::time::timeout(CLOSE_LIMIT, connection.close()).await;
}

async fn establish(transport: Arc<dyn Transport>, context: ShellContext) -> Result<Established, OpenError> {
    let connection = transport.connect().await?;
    match arrive(connection.as_ref(), &context).await {
        Ok((client, seen)) => Ok((connection, client, seen)),
        Err(error) => {
            // A dropped connection is only signalled; its end would not be waited for.
            close(connection).await;
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests;
