//! What leaves drwatch: text made harmless for a terminal, a pipe or a file, and writes that cannot hold
//! it up. Every output goes through here last, whatever was done to the text before.

mod bounded;
mod charset;
#[cfg(test)]
mod harm;
mod net;
mod printable;

#[cfg(test)]
pub(crate) use self::harm::harm;
pub use self::{
    bounded::{Stream, discard_pending, write_or_discard_within, write_within},
    charset::{Charset, charset, set_charset},
    net::{json, json_in, line, line_in, text, text_in},
    printable::{Scan, printable, printable_within},
};

/// Settings of the property tests: failures are printed, no file is written beside the sources.
#[cfg(test)]
fn properties() -> proptest::prelude::ProptestConfig {
    proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() }
}
