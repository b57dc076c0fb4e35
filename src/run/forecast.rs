//! When stage 1 may be done, and what the rate says about the cloud.

use super::{
    state::Run,
    time::{At, Span},
};

/// What the present figures promise, as a range; nothing where nothing can be said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Earliest and latest end of stage 1; `None` without a rate, after a counter reset, or once
    /// nothing is left to count.
    pub done_between: Option<(At, At)>,
    /// Effective time per GET: threads ÷ rate (Little's law).
    pub time_per_get: Option<Span>,
}

/// Forecasts from the present state of `run`.
#[must_use]
pub fn forecast(run: &Run, now: At) -> Forecast {
    let _ = (run, now);
    Forecast::default()
}
