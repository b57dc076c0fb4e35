//! What a record changes about findings and pre-flights.

pub(super) mod findings;
pub(super) mod preflight;
