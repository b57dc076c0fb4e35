//! Reaching a real sshd on loopback through the SSH transport: logins, shells, failures, ends.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failure is the answer here")]

mod support;

#[path = "ssh_transport/ends.rs"]
mod ends;
#[path = "ssh_transport/failures.rs"]
mod failures;
#[path = "ssh_transport/secrets.rs"]
mod secrets;
#[path = "ssh_transport/shells.rs"]
mod shells;
#[path = "ssh_transport/terminal.rs"]
mod terminal;
#[path = "ssh_transport/world.rs"]
mod world;
