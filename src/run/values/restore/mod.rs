//! The restore: phases, download and rates.

mod download;
mod phase;
mod rates;

pub use self::{
    download::{Baseline, Download, Epoch, RateSample},
    phase::{Evidence, EvidenceSource, Phase, PhaseSpan, Phases, Precision},
};
pub(in crate::run) use self::{
    phase::Change,
    rates::{RateMeter, per_second},
};
