//! The tests of the whole program, from outside; one module for each subject. They are one binary, so that they are
//! linked once and run side by side: almost all of their time is waiting.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failure is the answer here")]
#![expect(unreachable_pub, reason = "the modules share their parts")]

mod cast;
mod check;
mod consent;
mod debug_log;
mod demo;
mod destinations;
mod disk;
mod enable_password;
mod ending_table;
mod endings;
mod exit_codes;
mod fuzz_targets;
mod hostile_output;
mod house;
mod job_control;
mod log_forms;
mod log_input;
mod network_disk;
mod notices;
mod paging;
mod random_keys;
mod replay;
mod resume;
mod run_scenarios;
mod simulator;
mod soak;
mod ssh_transport;
mod support;
mod terminal_input;
mod verify;
mod watch_files;
mod watch_ssh;
mod wrong_machine;
