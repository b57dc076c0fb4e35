//! The rfsd log: its lines and the markers among them.

mod line;
mod marker;

pub use self::{
    line::{Arrival, Gap, LogCitation, LogTally, Severity},
    marker::{FoundMarker, Marker, MarkerPlace, NearMiss, PriorMarker},
};
