//! The entry: words in, exit code out. What happens in between lives in the library.

use std::{process::ExitCode, sync::Arc};

use clap::Parser as _;
use drwatch::{
    appliance::ssh,
    cli::Cli,
    commands,
    text::{self, Charset},
};

fn main() -> ExitCode {
    // `ssh` starts this program anew where it needs a password.
    if let Some(code) = ssh::dispatch() {
        return code;
    }
    text::set_charset(Charset::of_locale(|name| std::env::var(name).ok()));
    take_full_files_for_errors();
    // A second installation is the only way this can fail, and there is none.
    drop(color_eyre::install());
    commands::install_panic_hook();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return ExitCode::from(commands::say_usage(&answer)),
    };
    let debug_log = cli.debug_log.filter(|path| !path.is_empty());
    let started = debug_log.map_or(Ok(()), |path| commands::start_debug_log(path.as_ref()));
    ExitCode::from(match started.and_then(|()| commands::carry_out(cli.command)) {
        Ok(exit) => exit.code(),
        Err(stop) => {
            commands::complain(&stop.text);
            stop.exit.code()
        }
    })
}

/// Lets a write beyond the limit on the length of files fail like any other that a disk refuses, instead of ending
/// the process. A handler does so without being handed down to `ssh` and other commands, as ignoring it would be.
fn take_full_files_for_errors() {
    // Where it fails, that limit ends the process as it always did.
    drop(signal_hook::flag::register(nix::libc::SIGXFSZ, Arc::default()));
}
