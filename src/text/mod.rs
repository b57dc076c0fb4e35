//! Text for people: made printable, cut and wrapped to a width, and numbers, sizes, rates and times in words.

mod charset;
mod escape;
mod figures;
#[cfg(test)]
mod harm;
mod hidden;
mod printable;
mod shell;
mod times;
mod wrap;

#[cfg(test)]
pub(crate) use self::harm::harm;
pub(crate) use self::shell::{shell_path, shell_word};
pub use self::{
    charset::{Charset, charset, set_charset},
    escape::{clean, excerpt, is_printable, json, json_in, line, line_in, lines},
    figures::{capitalised, exact_size, grouped, percent, plural, rate, rate_to_tenth, size},
    hidden::{Scan, is_plain},
    printable::{lines_of_printable, printable, printable_line, printable_within},
    times::{
        age, countdown, date, date_and_minute, freshness, hour_and_minute, iso, measured, minute, moment,
        time_of_day,
    },
    wrap::{columns, fit, split_at_width, wrap, wrap_words},
};

/// Settings of the property tests: failures are printed, no file is written beside the sources.
#[cfg(test)]
fn properties() -> proptest::prelude::ProptestConfig {
    proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() }
}
