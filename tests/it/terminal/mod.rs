//! The screen in a pseudo terminal: keys, paging, and every way it can end.

mod cast;
mod dumb;
mod ending_table;
mod endings;
mod job_control;
mod paging;
mod past;
mod quiet;
mod random_keys;
mod terminal_input;
