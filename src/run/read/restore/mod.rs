//! Questions about the restore.

mod disturbance;
pub(in crate::run) mod forecast;
mod get_speed;
mod grounds;
mod missing;
mod predictions;
mod progress;
mod silence;
mod stage_2;

pub(in crate::run) use self::grounds::{
    download_over_against, download_over_at, ended_against, follows_log, grounds_of_end, in_words,
    read_against, restored_against, service_against, short_of_stated, shows_end,
};
pub use self::{
    forecast::{Forecast, Standstill, forecast, is_forecast_settled, settled_forecast},
    get_speed::*,
    predictions::*,
    progress::*,
    silence::*,
    stage_2::*,
};
