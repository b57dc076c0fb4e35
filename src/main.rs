//! The program: hands over to `ssh` where it is called as its askpass helper.

use std::process::ExitCode;

fn main() -> ExitCode {
    drwatch::appliance::ssh::askpass::dispatch().unwrap_or(ExitCode::SUCCESS)
}
