//! Sources of the log that are no appliance's, and what becomes of log bytes from any source: lines, the events they
//! give, and the rows of the panel.

pub(crate) mod arrivals;
pub(crate) mod files;
pub(crate) mod holes;
pub(crate) mod log_panel;
pub(crate) mod log_parser;
pub(crate) mod log_source;

pub use self::log_source::LogSource;
