//! drwatch as the program through which `ssh` is started: it ties itself to the drwatch that started
//! it, so that the kernel ends it with that one however it dies, and becomes `ssh`. What `ssh` leaves in
//! the background once it is logged in is not tied: its control socket ends it.

use std::{
    io::{self, Write as _},
    os::unix::process::{CommandExt as _, parent_id},
    path::Path,
    process::{self, ExitCode},
};

use tokio::process::Command;

use crate::platform::{THIS_PROGRAM, end_with_parent};

/// The environment variable that holds the process id of the drwatch whose `ssh` it is.
const OWNER_VARIABLE: &str = "DRWATCH_SSH_OWNER";

/// Exit codes of a shell for a program that is not there, and one that cannot be run.
pub(super) const NOT_FOUND: u8 = 127;
const NOT_RUN: u8 = 126;

/// What an ssh of drwatch is called in the list of processes.
const NAME: &str = "ssh";

/// An `ssh` that ends with this process, where the system can do that; `program` calls [`dispatch`]
/// first.
pub(super) fn ssh(program: Option<&Path>) -> Command {
    let Some(this_program) = THIS_PROGRAM else { return Command::new("ssh") };
    let mut command = Command::new(program.unwrap_or(Path::new(this_program)));
    command.arg0(NAME).env(OWNER_VARIABLE, process::id().to_string());
    command
}

/// Reports that somebody else has set a variable which drwatch sets for its own helpers.
pub(super) fn set_from_outside(variable: &str) -> ExitCode {
    // Where even this fails, the exit code remains.
    drop(writeln!(
        io::stderr(),
        "drwatch: the environment variable {variable} is set, which drwatch sets for the helpers of ssh alone; unset it \
         and start drwatch again"
    ));
    ExitCode::from(USAGE)
}

/// Exit code for a call that has to be changed.
const USAGE: u8 = 2;

/// Becomes `ssh` if this process was started for that; `None` otherwise.
pub(super) fn dispatch() -> Option<ExitCode> {
    let owner = std::env::var_os(OWNER_VARIABLE)?;
    // Before the check: an owner that dies after this call takes this process along, and one that died
    // earlier is no longer the parent.
    end_with_parent();
    // An owner that died first is not the parent any more, and drwatch starts this program under no other name.
    let is_owned = owner.to_str() == Some(parent_id().to_string().as_str());
    if !is_owned || std::env::args_os().next().is_none_or(|name| name != NAME) {
        return Some(set_from_outside(OWNER_VARIABLE));
    }
    // Removed, because ssh may run drwatch again, as its
    // askpass program, which must not take itself for an ssh.
    let error =
        process::Command::new("ssh").args(std::env::args_os().skip(1)).env_remove(OWNER_VARIABLE).exec();
    if error.kind() == io::ErrorKind::NotFound {
        return Some(ExitCode::from(NOT_FOUND));
    }
    // Where even this fails, the exit code remains.
    drop(writeln!(io::stderr(), "ssh cannot be started: {error}"));
    Some(ExitCode::from(NOT_RUN))
}
