//! The restore: phases, download and rates.

mod disturbance;
mod download;
mod phase;
mod prediction;
mod rates;

pub(in crate::run) use self::rates::{RateMeter, per_second};
pub use self::{disturbance::*, download::*, phase::*, prediction::*};
