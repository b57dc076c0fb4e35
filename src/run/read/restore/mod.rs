//! Questions about the restore.

mod baseline;
mod forecast;
mod prior_markers;
mod progress;

pub use self::{
    forecast::{Forecast, forecast},
    progress::{Progress, progress},
};
