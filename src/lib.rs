//! drwatch: watches a disaster-recovery test of an `AltaVault` appliance, pauses and resumes
//! replication on the production appliance safely, and leaves evidence behind.
//!
//! A run is a list of timestamped events; everything else is a projection of it. The rooms, from
//! low to high: `durability`, [`outlet`], [`run`], [`clock`], [`input`], [`parse`], [`dialect`], [`appliance`], [`simulator`],
//! [`journal`], [`report`], [`screen`], [`ingest`],
//! `console`, [`session`], [`playback`], [`commands`]. A lower room never imports a higher one.

pub mod appliance;
pub mod cli;
pub mod clock;
pub mod commands;
mod console;
pub mod dialect;
mod durability;
pub mod ingest;
pub mod input;
pub mod journal;
pub mod outlet;
pub mod parse;
pub mod playback;
pub mod report;
pub mod run;
pub mod screen;
pub mod session;
pub mod settings;
pub mod simulator;
