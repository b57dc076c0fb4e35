//! drwatch: watches a disaster-recovery test of an `AltaVault` appliance, pauses and resumes
//! replication on the production appliance safely, and leaves evidence behind.
//!
#![doc = include_str!("ARCHITECTURE.md")]

pub mod appliance;
pub mod cli;
pub mod clock;
pub mod commands;
mod console;
pub mod dialect;
mod durability;
mod ingest;
mod input;
pub mod journal;
pub mod parse;
pub mod playback;
pub mod report;
pub mod run;
pub mod screen;
mod session;
pub mod settings;
pub mod simulator;
pub mod text;
mod timed_write;
