//! Reaching a real sshd on loopback through the SSH transport: logins, shells, failures, ends.

mod ends;
mod failures;
mod secrets;
mod shells;
mod terminal;
mod world;
