//! Whatever an appliance sends and however it is cut: the shell logs in or says why not, a line typed
//! gets a reply or an error, and neither is waited for longer than its limit.

use std::{sync::LazyLock, time::Duration};

use drwatch::{
    appliance::{
        gate::{Access, Gate, Sendable},
        shell::Shell,
    },
    clock::Clock,
    dialect::Dialect,
    run::{Role, Timestamp},
};
use tokio::io::AsyncWriteExt as _;

static DIALECT: LazyLock<std::sync::Arc<Dialect>> =
    LazyLock::new(|| std::sync::Arc::new(Dialect::built_in()));
static GATE: LazyLock<Gate> =
    LazyLock::new(|| Gate::new(Role::Dr, &DIALECT, Access::ReadOnly).expect("the built-in dialect passes"));

/// Longer than a login and a question, each with its interruption, may take.
const LIMIT: Duration = Duration::from_mins(5);

async fn converse(bytes: Vec<u8>, size: usize) {
    let (ours, mut theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        // A prompt first, so that more than the login is reached.
        let _ = theirs.write_all(b"ava # ").await;
        for piece in bytes.chunks(size) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if theirs.write_all(piece).await.is_err() {
                return;
            }
        }
        std::future::pending::<()>().await;
    });
    let clock = Clock::scaled(Timestamp::new(chrono::DateTime::UNIX_EPOCH), 1.0);
    let Ok(mut shell) = Shell::login(Box::new(ours), DIALECT.clone(), clock, None, None).await else {
        return;
    };
    let line = GATE.question(Sendable::ShowVersion).expect("a question");
    if let Ok(reply) = shell.ask(line).await {
        assert!(!reply.text().contains(&0x1b));
    }
}

pub fn run(input: (Vec<u8>, u8)) {
    let (bytes, size) = input;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let conversed = tokio::time::timeout(LIMIT, converse(bytes, usize::from(size).max(1))).await;
        assert!(conversed.is_ok(), "waited for longer than every limit");
    });
}
