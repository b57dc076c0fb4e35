//! Log files, standard input, and the disk that the record goes to.

mod disk;
mod log_cost;
mod log_forms;
mod log_input;
mod network_disk;
mod watch_files;
