//! What tests of the whole program stand on: a real sshd on loopback, a proxy that breaks
//! connections on demand, and waiting for states instead of sleeping.

pub mod client;
pub mod home;
pub mod pair;
pub mod processes;
pub mod proxy;
pub mod sshd;
pub mod terminal;

use std::{
    env,
    time::{Duration, Instant},
};

/// Long enough for anything that is going to happen, on a machine ten times as slow and busy with other things: only a
/// test that fails waits so long.
pub const PATIENCE: Duration = Duration::from_mins(4);

/// Waits until `condition` holds, and panics with `what` if it does not within `limit`.
#[track_caller]
pub fn wait_until(what: &str, limit: Duration, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < limit, "not within {limit:?}: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The same for asynchronous tests, whose other tasks go on meanwhile.
pub async fn wait_until_async(what: &str, limit: Duration, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < limit, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// `short`, or `long` where `tests/run --long` asks for the long variants.
pub fn short_or_long<T>(short: T, long: T) -> T {
    if env::var_os("DRWATCH_TEST_LONG").is_some_and(|asked| asked == "1") { long } else { short }
}
