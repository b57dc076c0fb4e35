//! The log: its sources that are not an appliance, and what its bytes become from any source, which is lines, events and
//! rows of the log panel. How an appliance is asked for its log is in `appliance`.

pub(crate) mod arrivals;
pub(crate) mod files;
mod header_memo;
pub(crate) mod holes;
pub(crate) mod import;
mod latest_stamp;
pub(crate) mod log_panel;
pub(crate) mod log_parser;
pub(crate) mod log_source;

pub(crate) use self::log_source::LogSource;
