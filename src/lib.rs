//! drwatch: watches a disaster-recovery test of an `AltaVault` appliance, pauses and resumes
//! replication on the production appliance safely, and leaves evidence behind.
//!
#![doc = include_str!("ARCHITECTURE.md")]

pub mod appliance;
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
mod playback;
pub mod report;
pub mod run;
mod screen;
mod session;
mod settings;
pub mod simulator;
pub mod text;
mod timed_write;
