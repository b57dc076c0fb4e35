//! The restore: phases, download and rates.

mod download;
mod phase;
mod prediction;
mod rates;

pub(in crate::run) use self::rates::{RateMeter, per_second};
pub use self::{download::*, phase::*, prediction::*};
