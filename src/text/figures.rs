//! Counts, sizes, rates and shares in digits.

use crate::run::{ByteCount, by_threes};

pub use crate::run::grouped;

/// `count thing`, `count things`.
#[must_use]
pub fn plural(count: u64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// The text with its first letter in upper case.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// `41.2/s`, `0.32/s`, `1,204/s`.
#[must_use]
pub fn rate(per_second: f64) -> String {
    let value = if per_second.is_finite() { per_second.max(0.0) } else { 0.0 };
    match value {
        1000.0.. => per_second_with(0, value.round()),
        1.0.. => per_second_with(1, value),
        _ => per_second_with(2, value),
    }
}

/// A rate with one decimal, `32,000.0/s`; `None` where it is none.
#[must_use]
pub fn rate_to_tenth(per_second: f64) -> Option<String> {
    (per_second.is_finite() && per_second >= 0.0).then(|| per_second_with(1, per_second))
}

fn per_second_with(decimals: usize, value: f64) -> String {
    let digits = format!("{value:.decimals$}");
    let (whole, decimals) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    format!("{}{decimals}/s", by_threes(whole))
}

/// `part` of `whole` in percent with one decimal, rounded down so that 100 % means all.
#[must_use]
pub fn percent(part: u64, whole: u64) -> Option<String> {
    // In 128 bits, as a thousandfold may pass 64.
    let tenths = (u128::from(part) * 1000).checked_div(u128::from(whole))?;
    Some(format!("{}.{} %", by_threes(&(tenths / 10).to_string()), tenths % 10))
}

/// A size in binary units: `883.7 MiB`.
#[must_use]
pub fn size(count: ByteCount) -> String {
    count.in_words()
}

/// A size to the last byte, and in a unit for the eye: `926,580,933 bytes (883.7 MiB)`.
#[must_use]
pub fn exact_size(count: ByteCount) -> String {
    let unit = count.in_unit().map_or_else(String::new, |size| format!(" ({size})"));
    format!("{} bytes{unit}", grouped(count.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        let shown = [0, 999, 1000, 926_580_933, u64::MAX].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "926,580,933", "18,446,744,073,709,551,615"]);
        assert_eq!([plural(1, "line"), plural(1000, "line")], ["1 line", "1,000 lines"]);
    }

    #[test]
    fn a_hundred_percent_means_all_and_more_is_said() {
        assert_eq!(percent(2661, 2662).as_deref(), Some("99.9 %"));
        assert_eq!(percent(2662, 2662).as_deref(), Some("100.0 %"));
        assert_eq!(percent(3000, 2662).as_deref(), Some("112.6 %"));
        assert_eq!(percent(0, 0), None);
    }

    #[test]
    fn sizes_are_in_the_unit_that_fits_and_exact_where_wanted() {
        let counts = [0, 1023, 1024, 926_580_933, (1 << 20) - 1, u64::MAX].map(ByteCount);
        assert_eq!(counts.map(size), ["0 B", "1023 B", "1.0 KiB", "883.7 MiB", "1.0 MiB", "16.0 EiB"]);
        let exact = counts.map(exact_size);
        assert_eq!(exact[..3], ["0 bytes", "1,023 bytes", "1,024 bytes (1.0 KiB)"]);
        assert_eq!(exact[3], "926,580,933 bytes (883.7 MiB)");
    }

    #[test]
    fn rates_show_about_three_digits_and_never_nonsense() {
        let shown = [0.0, 0.324, 0.999, 41.24, 999.94, 1204.4, 32_000.5, f64::NAN, -1.0].map(rate);
        let expected =
            ["0.00/s", "0.32/s", "1.00/s", "41.2/s", "999.9/s", "1,204/s", "32,001/s", "0.00/s", "0.00/s"];
        assert_eq!(shown, expected);
    }

    #[test]
    fn rates_to_a_tenth_keep_one_decimal_and_nonsense_is_none() {
        assert_eq!(
            [41.24, 32_000.0].map(rate_to_tenth),
            ["41.2/s", "32,000.0/s"].map(|rate| Some(rate.to_owned()))
        );
        assert_eq!([f64::NAN, f64::INFINITY, -1.0].map(rate_to_tenth), [None, None, None]);
    }
}
