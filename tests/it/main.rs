//! The tests of the whole program, from outside; one module for each subject. They are one binary, so that they are
//! linked once and run side by side: almost all of their time is waiting.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failure is the answer here")]
#![expect(unreachable_pub, reason = "the modules share their parts")]

mod commands;
mod files;
mod fuzz_targets;
mod house;
mod over_ssh;
mod records;
mod support;
mod terminal;
