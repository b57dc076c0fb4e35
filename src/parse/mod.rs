//! Replies and log lines of an appliance: bytes in, values of [`run`](crate::run) out, the raw text kept.

mod decoration;
mod error_text;
mod key_value;
mod listing;
mod log_line;
mod number;
mod reply;
mod size;
mod stamp;

pub use self::{
    decoration::undecorated,
    error_text::{error_text, service_down},
    key_value::{KeyValue, key_values, value_of},
    listing::{ListingError, Missing, bucket_listing},
    log_line::{Form, LogLine, is_stamped, log_line, repeated, without_line_end},
    reply::{counter, threads},
    size::{backlog, size},
    stamp::Stamp,
};

/// Settings of the property tests: failures are printed, no file is written beside the sources.
#[cfg(test)]
fn properties() -> proptest::prelude::ProptestConfig {
    proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() }
}
