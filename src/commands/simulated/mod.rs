//! Simulated appliances: `demo` watches a pair, `appliance` is one on standard input and output.

pub(super) mod appliance;
pub(crate) mod demo;
pub(crate) mod transport;
