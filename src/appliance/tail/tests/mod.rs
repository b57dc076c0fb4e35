//! Following and catching up: nothing lost, nothing twice, gaps told.

use std::sync::Arc;

use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

use super::*;
use crate::{
    appliance::{
        client::{IdentifiedConnection, ShellContext, arrive},
        fake::Fake,
        gate::{Access, Gate},
        observation::Emitter,
    },
    dialect::Dialect,
    run::Role,
};

mod doubts;
mod follow;
mod last_look;
mod rotation;
mod storms;
mod unsure;

/// A tail on a fake appliance, its observations collected as they come.
struct Harness {
    fake: Fake,
    seen: mpsc::Receiver<Observation>,
    task: JoinHandle<()>,
}

impl Harness {
    /// Follows over connections that are made anew as soon as one is gone.
    fn start(fake: &Fake) -> Self {
        let (sender, seen) = mpsc::channel(1000);
        let fake = fake.clone();
        let task = tokio::spawn(follow_on(fake.clone(), sender));
        Self { fake, seen, task }
    }

    /// All text observed until nothing more comes for a while, by arrival.
    async fn settle(&mut self) -> Vec<(Arrival, String)> {
        let mut all: Vec<(Arrival, String)> = Vec::new();
        while let Ok(Some(observation)) =
            tokio::time::timeout(Duration::from_secs(20), self.seen.recv()).await
        {
            match observation {
                Observation::LogEnded | Observation::LogReadToEnd | Observation::LogHole { .. } => {
                    panic!("the log of an appliance never ends, and comes as it is")
                }
                Observation::Log { bytes, arrival } => {
                    let text = String::from_utf8(bytes).expect("text");
                    match all.last_mut() {
                        Some((last, all)) if *last == arrival => all.push_str(&text),
                        _ => all.push((arrival, text)),
                    }
                }
                Observation::LogGap { reason, .. } => {
                    all.push((Arrival::CaughtUp, format!("GAP {reason}\n")));
                }
                Observation::ReadyToSend { .. } => panic!("a tail sends nothing"),
                Observation::Event(Event::LogFollowed | Event::LogLost { .. }) => {}
                Observation::Event(event) => panic!("{event:?}"),
            }
        }
        all
    }
}

impl Drop for Harness {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn follow_on(fake: Fake, sender: mpsc::Sender<Observation>) {
    follow_from(Memory::default(), fake, sender).await;
}

/// Follows on from what is remembered of the log, as a watch that is gone on with.
async fn follow_from(memory: Memory, fake: Fake, sender: mpsc::Sender<Observation>) {
    follow_until(watch::channel(false).1, memory, fake, sender).await;
}

/// The same, until `closing` is true or, with its sender gone, for ever.
async fn follow_until(
    closing: watch::Receiver<bool>,
    mut memory: Memory,
    fake: Fake,
    sender: mpsc::Sender<Observation>,
) {
    let dialect = Dialect::built_in();
    let context = ShellContext {
        gate: Arc::new(Gate::new(Role::Dr, &dialect, Access::ReadOnly).expect("valid")),
        dialect: Arc::new(dialect),
        clock: fake.clock(),
        enable_password: None,
    };
    let emitter = Emitter::new(sender);
    loop {
        let connection = fake.connection();
        let Ok((_, seen)) = arrive(connection.as_ref(), &context).await else {
            sleep(Duration::from_millis(5)).await;
            continue;
        };
        let appliance = IdentifiedConnection::new(connection.as_ref(), &context, seen.identity);
        let mut closing = closing.clone();
        let closed = async {
            if closing.wait_for(|closing| *closing).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let tail = Tail { appliance: &appliance, memory: &mut memory, emitter: &emitter };
        if matches!(tail.run(closed).await, TailEnd::Closed) {
            return;
        }
    }
}

fn lines(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| format!("Sep 13 16:03:38 localhost rfsd[1]: [gc.INFO] (1) line {n}")).collect()
}

fn text(range: std::ops::Range<usize>) -> String {
    lines(range).into_iter().map(|line| line + "\n").collect()
}
