//! Looking at a recording that another session made: playing it, or following it while it is made. Neither
//! has a gate, a transport or a writer, so neither can reach an appliance or change the record.

mod follower;
mod landmarks;
mod log_map;
mod log_panel;
mod look;
mod pace;
mod player;
mod session;
mod snapshots;
mod stage;
mod survey;

#[cfg(test)]
mod tests;

pub use self::look::{LookOptions, replay, view};
