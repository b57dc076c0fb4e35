//! The life of one connection: polling, the tail, and the jobs asked for, side by side in one task.

use std::{collections::VecDeque, pin::Pin, time::Duration};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use tokio::sync::{Notify, mpsc};

use super::{
    action::{self, PendingReadBack},
    on_demand,
    online::{End, Online},
    poll::{self, Order},
    request::{Pace, Request},
};
use crate::{
    appliance::{
        client::{Client, OpenError},
        tail::{Memory, Tail, TailEnd},
    },
    run::{ActionId, ActionPlan, ActionState, Event, Identity},
};

/// How long an action under way may take to end once the connection ends.
// As long as the limit of most lines: a reply that is due still comes in that time.
const ACTION_GRACE: Duration = Duration::from_secs(10);

/// The same when the program ends.
// Shorter: the engineer waits for the terminal.
const ACTION_GRACE_AT_CLOSE: Duration = Duration::from_secs(2);

/// What outlives a connection.
pub(super) struct AcrossConnections {
    pub(super) requests: mpsc::Receiver<Request>,
    pub(super) memory: Memory,
    /// Actions that were sent and not read back.
    pub(super) pending: Vec<PendingReadBack>,
    pub(super) pace: Pace,
    /// Who the appliance has to be: as confirmed, else as met first.
    pub(super) expected: Option<Identity>,
}

enum Done {
    Listing,
    Search,
    Action(Option<PendingReadBack>),
}

type Job<'a> = Pin<Box<dyn Future<Output = Done> + Send + 'a>>;

/// An action that waits for its turn, or has it.
#[derive(Clone)]
enum Work {
    Act(ActionId, ActionPlan),
    ReadBack(PendingReadBack),
}

/// Jobs under way. Actions are carried out one after the other.
#[derive(Default)]
struct Jobs<'a> {
    running: FuturesUnordered<Job<'a>>,
    listing: bool,
    search: bool,
    current: Option<Work>,
    waiting: VecDeque<Work>,
}

impl<'a> Jobs<'a> {
    fn start_next(&mut self, online: &'a Online<'a>) {
        if self.current.is_some() {
            return;
        }
        let Some(work) = self.waiting.pop_front() else { return };
        self.current = Some(work.clone());
        self.running.push(match work {
            Work::Act(id, plan) => {
                Box::pin(async move { Done::Action(action::act(online, id, &plan).await) })
            }
            Work::ReadBack(pending) => {
                Box::pin(async move { Done::Action(action::read_back_late(online, pending).await) })
            }
        });
    }

    fn done(&mut self, done: Done, pending: &mut Vec<PendingReadBack>) {
        match done {
            Done::Listing => self.listing = false,
            Done::Search => self.search = false,
            Done::Action(left) => {
                self.current = None;
                pending.extend(left);
            }
        }
    }
}

impl Online<'_> {
    /// Lives until the connection ends or is to end.
    pub(super) async fn run(&self, client: Client, across: &mut AcrossConnections, tail: bool) -> End {
        let AcrossConnections { requests, memory, pending, pace, expected } = across;
        let (orders, ordered) = mpsc::channel(8);
        let poll = poll::poll(self, client, ordered, *pace);
        let closing = Notify::new();
        let follow = self.tail(memory, tail, closing.notified());
        tokio::pin!(poll, follow);
        let mut jobs = Jobs::default();
        // The first jobs of the connection: what was sent earlier is read back before anything new is sent.
        jobs.waiting.extend(std::mem::take(pending).into_iter().map(Work::ReadBack));
        let end = loop {
            jobs.start_next(self);
            // An end first, then another machine, in which nothing more may be typed, then requests, so that a busy log
            // delays none of them. `recv` and `next` are cancel-safe; `poll` and `follow` are pinned outside of the loop.
            tokio::select! {
                biased;
                () = self.emitter.closed() => break End::Closed,
                stranger = self.appliance.stranger() => break End::Stranger(stranger),
                request = requests.recv() => match request {
                    None | Some(Request::Close) => break End::Closed,
                    Some(Request::Reconnect) => break End::Reconnect,
                    // Not waited for: the poll may be in the middle of a question.
                    Some(Request::AskNow) => { let _ = orders.try_send(Order::AskNow); }
                    Some(Request::Expect(identity)) => {
                        let is_present = !identity.is_other_machine(&self.appliance.expected);
                        *expected = Some(*identity);
                        // This connection leads to the machine that was expected before.
                        if !is_present {
                            break End::Reconnect;
                        }
                    }
                    Some(Request::ConsentChecked { id, consent }) => self.answer_consent_check(id, consent),
                    Some(Request::Pace(new)) => {
                        // Kept for the next connections as well.
                        *pace = new;
                        let _ = orders.try_send(Order::Pace(new));
                    }
                    Some(Request::Act { id, plan }) => jobs.waiting.push_back(Work::Act(id, plan)),
                    Some(Request::SearchLog) if jobs.search || !tail => {}
                    Some(Request::SearchLog) => {
                        jobs.search = true;
                        jobs.running.push(Box::pin(async move {
                            on_demand::search(self).await;
                            Done::Search
                        }));
                    }
                    Some(Request::ListBucket(_)) if jobs.listing => {}
                    Some(Request::ListBucket(cause)) => {
                        jobs.listing = true;
                        jobs.running.push(Box::pin(async move {
                            on_demand::list(self, cause).await;
                            Done::Listing
                        }));
                    }
                },
                // The condition matters: an empty set is ready at once, with nothing.
                Some(done) = jobs.running.next(), if !jobs.running.is_empty() => {
                    jobs.done(done, pending);
                    // Left over only where no shell could be opened, so a new connection is tried at once.
                    if !pending.is_empty() {
                        break End::Lost("it gave no shell to read an action back".to_owned());
                    }
                }
                end = &mut poll => break end,
                end = &mut follow => break match end {
                    TailEnd::Lost(error) => End::Lost(OpenError::from(error).connection_words()),
                    TailEnd::Closed => End::Closed,
                },
            }
        };
        let is_closed = matches!(end, End::Closed);
        let (grace, ended) =
            if is_closed { (ACTION_GRACE_AT_CLOSE, "drwatch") } else { (ACTION_GRACE, "the connection") };
        let winding_up = self.wind_up(jobs, pending, grace, ended);
        if tail && is_closed {
            // Beside an action under way, so that the end takes the longer of the two and not both.
            closing.notify_one();
            let last_look = async {
                tokio::select! {
                    biased;
                    () = self.emitter.closed() => {}
                    _ = &mut follow => {}
                }
            };
            tokio::join!(winding_up, last_look);
        } else {
            winding_up.await;
        }
        end
    }

    async fn tail(&self, memory: &mut Memory, on: bool, closing: impl Future<Output = ()>) -> TailEnd {
        if !on {
            // A future that resolved would end the connection.
            return std::future::pending().await;
        }
        Tail { appliance: &self.appliance, memory, emitter: self.emitter }.run(closing).await
    }

    /// Lets an action under way come to its end, within a bound, and records what became of the rest.
    async fn wind_up(
        &self,
        mut jobs: Jobs<'_>,
        pending: &mut Vec<PendingReadBack>,
        grace: Duration,
        ended: &str,
    ) {
        // Before any wait: an action that is about to ask for its consent must not be sent any more.
        self.refuse_to_send();
        let grace = tokio::time::sleep(grace);
        tokio::pin!(grace);
        // Only an action is waited for: a listing may take hours and changes nothing.
        while jobs.current.is_some() {
            tokio::select! {
                biased;
                () = self.emitter.closed() => break,
                Some(done) = jobs.running.next() => jobs.done(done, pending),
                () = &mut grace => break,
            }
        }
        // It may have been sent, so it is read back over the next connection and never sent again.
        if let Some(work) = jobs.current.take() {
            pending.push(match work {
                Work::Act(id, plan) => {
                    let reason = "contact was lost while it was carried out".to_owned();
                    PendingReadBack { id, action: plan.action, reason, tries: 1 }
                }
                Work::ReadBack(left) => PendingReadBack { tries: left.tries + 1, ..left },
            });
        }
        for work in jobs.waiting {
            match work {
                Work::ReadBack(left) => pending.push(left),
                Work::Act(id, _) => {
                    let reason = format!("nothing was sent: {ended} ended before its turn came");
                    let state = ActionState::Rejected { reason };
                    self.emitter.event(Event::ActionSettled { id, state }).await;
                }
            }
        }
        if jobs.listing {
            let reason = format!("{ended} ended before the bucket was listed; list it again");
            self.emitter.event(Event::ListingRefused { reason, raw: String::new() }).await;
        }
    }
}
