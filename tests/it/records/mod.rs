//! Records that were made: replayed, gone on with, verified.

mod replay;
mod resume;
mod run_scenarios;
mod sign;
mod verify;
