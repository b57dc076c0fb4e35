//! A supervised fake appliance, and what its observations show.

use tokio::{task::JoinHandle, time::timeout};

mod actions;
mod links;
mod log_and_listing;

use super::*;
use crate::{
    appliance::{fake::Fake, gate::Access, transport::ConnectError},
    run::{ActionId, ActionKind, Arrival, ListingCause, Reading, ReplicationState, ThreadCount},
};

/// A supervised fake appliance.
struct Harness {
    fake: Fake,
    gate: Gate,
    requests: mpsc::Sender<Request>,
    seen: mpsc::Receiver<Observation>,
    task: JoinHandle<()>,
}

impl Harness {
    fn start(role: Role, fake: &Fake) -> Self {
        Self::start_with(role, fake, Access::ReadAndChange, false)
    }

    fn start_with(role: Role, fake: &Fake, access: Access, tail: bool) -> Self {
        let dialect = Dialect::built_in();
        let gate = Gate::new(role, &dialect, access).expect("valid");
        let (requests, receiver) = mpsc::channel(16);
        let (sender, seen) = mpsc::channel(16);
        let supervision = Supervision {
            expected: None,
            role,
            transport: Arc::new(fake.clone()),
            dialect: Arc::new(dialect),
            gate: gate.clone(),
            schedule: Schedule::default(),
            clock: fake.clock(),
            tail,
            memory: Memory::default(),
            enable_password: None,
            seed: 1,
        };
        let task = tokio::spawn(supervise(supervision, receiver, sender));
        Self { fake: fake.clone(), gate, requests, seen, task }
    }

    async fn ask(&self, request: Request) {
        self.requests.send(request).await.expect("the supervisor listens");
    }

    async fn act(&self, action: ActionKind) {
        let plan = self.gate.plan(action).expect("a plan");
        self.ask(Request::Act { id: ActionId(1), plan }).await;
    }

    /// The next observation; what is ready to be sent is allowed.
    async fn next(&mut self) -> Observation {
        loop {
            let next = timeout(Duration::from_hours(24), self.seen.recv()).await;
            match next.expect("something happens within a day").expect("the supervisor lives") {
                Observation::ReadyToSend { id } => {
                    self.ask(Request::ConsentChecked { id, consent: Ok(()) }).await;
                }
                other => return other,
            }
        }
    }

    /// All events up to and including the first one that is wanted.
    async fn until(&mut self, wanted: impl Fn(&Event) -> bool) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            if let Observation::Event(event) = self.next().await {
                let found = wanted(&event);
                events.push(event);
                if found {
                    return events;
                }
            }
        }
    }

    async fn connected(&mut self) {
        self.until(|event| matches!(event, Event::LinkChanged { link: Link::Connected, .. })).await;
    }

    /// The state in which the action settles, and the events up to there.
    async fn settled(&mut self) -> (ActionState, Vec<Event>) {
        let mut events = self.until(|event| matches!(event, Event::ActionSettled { .. })).await;
        match events.pop() {
            Some(Event::ActionSettled { id: ActionId(1), state }) => (state, events),
            other => panic!("{other:?}"),
        }
    }

    /// All that is observed within `span`.
    async fn within(&mut self, span: Duration) -> Vec<Observation> {
        let mut all = Vec::new();
        let end = tokio::time::sleep(span);
        tokio::pin!(end);
        loop {
            tokio::select! {
                biased;
                Some(observation) = self.seen.recv() => match observation {
                    Observation::ReadyToSend { id } => self.ask(Request::ConsentChecked { id, consent: Ok(()) }).await,
                    other => all.push(other),
                },
                () = &mut end => return all,
            }
        }
    }

    /// Takes what is observed until the appliance has received `line`.
    async fn until_typed(&mut self, line: &str) {
        while self.times_typed(line) == 0 {
            drop(self.within(Duration::from_millis(1)).await);
        }
    }

    fn times_typed(&self, line: &str) -> usize {
        self.fake.typed().iter().filter(|typed| *typed == line).count()
    }
}

fn links(observations: &[Observation]) -> Vec<&Link> {
    let link = |observation| match observation {
        &Observation::Event(Event::LinkChanged { ref link, .. }) => Some(link),
        _ => None,
    };
    observations.iter().filter_map(link).collect()
}

const MINUTE: Duration = Duration::from_mins(1);
