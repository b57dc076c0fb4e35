//! Questions about the restore.

mod forecast;
mod missing;
mod progress;

pub use self::{forecast::*, progress::*};
