//! Each command from its words to its output and exit code.

mod check;
mod debug_log;
mod demo;
mod exit_codes;
mod hostile_output;
mod import;
mod import_answers;
mod program;
mod runs;
mod simulator;
mod test_sheet;
