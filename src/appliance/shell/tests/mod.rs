//! A shell against a scripted appliance.

mod framing;
mod limits;
mod modes;
mod other_host;
mod password;

use tokio::io::{DuplexStream, duplex};

use super::*;
use crate::{
    appliance::gate::{Access, Gate},
    run::{ActionKind, Role, ThreadCount},
};

/// A step of a scripted appliance.
enum Step {
    /// Sends bytes.
    Say(Vec<u8>),
    /// Lets time pass.
    Wait(u64),
    /// Receives just these bytes: neither others nor more.
    Hear(&'static [u8]),
    /// Ends the stream.
    End,
}

fn say(text: impl AsRef<[u8]>) -> Step {
    Step::Say(text.as_ref().to_vec())
}

async fn play(mut stream: DuplexStream, steps: Vec<Step>) {
    for step in steps {
        match step {
            Step::Say(bytes) => stream.write_all(&bytes).await.expect("the shell listens"),
            Step::Wait(millis) => sleep(Duration::from_millis(millis)).await,
            Step::Hear(wanted) => {
                let mut heard = vec![0; wanted.len()];
                stream.read_exact(&mut heard).await.expect("the shell types");
                // The shell sees the stream end, which fails the test.
                assert_eq!(heard.escape_ascii().to_string(), wanted.escape_ascii().to_string());
            }
            Step::End => return,
        }
    }
    std::future::pending::<()>().await;
}

fn gate() -> Gate {
    Gate::new(Role::Dr, &Dialect::built_in(), Access::ReadAndChange).expect("valid")
}

async fn login(steps: Vec<Step>, secret: Option<Secret>) -> Result<Shell, ShellError> {
    let (ours, theirs) = duplex(1 << 16);
    tokio::spawn(play(theirs, steps));
    let clock = Clock::scaled(Timestamp::new(chrono::DateTime::UNIX_EPOCH), 1.0);
    Shell::login(Box::new(ours), Arc::new(Dialect::built_in()), clock, secret, None).await
}

async fn asked(kind: Sendable, mut steps: Vec<Step>) -> (Shell, Result<Reply, ShellError>) {
    steps.insert(0, say("\r\nava-dr # "));
    let mut shell = login(steps, None).await.expect("a prompt");
    let gate = gate();
    let reply = shell.ask(gate.question(kind).expect("allowed")).await;
    (shell, reply)
}
