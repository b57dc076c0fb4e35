//! The entry of the program: what has to be set up before the command line is read. The commands are in the library.
//!
//! Expected failures are sentences of our own error types, carried by `Result` up to `commands::run`. `color-eyre`
//! reports panics alone, with the place of the record (`commands/command_line/panic_report.rs`).

use std::{process::ExitCode, sync::Arc};

use drwatch::{
    appliance::ssh,
    commands,
    text::{self, Charset},
};

fn main() -> ExitCode {
    // `ssh` starts this program anew where it needs a password.
    if let Some(code) = ssh::dispatch() {
        return code;
    }
    text::set_charset(Charset::of_locale(|name| std::env::var(name).ok()));
    fail_writes_beyond_size_limit();
    commands::install_panic_report();
    ExitCode::from(commands::run())
}

/// Lets a write beyond the limit on the length of files fail like any other that a disk refuses, instead of ending
/// the process. A handler does so without being inherited by `ssh` and other commands, as ignoring the signal would be.
fn fail_writes_beyond_size_limit() {
    // Where it fails, that limit ends the process, as is the system's default.
    drop(signal_hook::flag::register(nix::libc::SIGXFSZ, Arc::default()));
}
