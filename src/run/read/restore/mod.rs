//! Questions about the restore.

mod disturbance;
pub(in crate::run) mod forecast;
mod get_speed;
mod missing;
mod predictions;
mod progress;
mod silence;
mod stage_2;

pub use self::{
    forecast::{Forecast, Standstill, forecast, is_forecast_settled, settled_forecast},
    get_speed::*,
    predictions::*,
    progress::*,
    silence::*,
    stage_2::*,
};
