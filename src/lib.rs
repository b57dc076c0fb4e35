//! drwatch: watches a disaster-recovery test of an `AltaVault` appliance, pauses and resumes
//! replication on the production appliance safely, and leaves evidence behind.
//!
#![doc = include_str!("ARCHITECTURE.md")]

pub mod appliance;
#[doc(hidden)]
pub mod benchmarks;
mod cli;
pub mod clock;
pub mod commands;
mod console;
pub mod dialect;
mod durability;
mod ingest;
mod input;
pub mod journal;
pub mod parse;
mod platform;
mod playback;
pub mod report;
pub mod run;
mod screen;
mod session;
mod settings;
pub mod simulator;
pub mod text;
mod timed_write;

/// `short`, or `long` where `tests/run --long` asks for the long variants of the tests.
#[cfg(test)]
fn short_or_long<T>(short: T, long: T) -> T {
    if std::env::var_os("DRWATCH_TEST_LONG").is_some_and(|asked| asked == "1") { long } else { short }
}
