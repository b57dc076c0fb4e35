//! Numbers, times and tables as a report shows them. What is not known reads "unknown", never 0.

use crate::run::{ByteCount, Elapsed, Timestamp};

/// What stands where a figure is not known.
pub(super) const UNKNOWN: &str = "unknown";

/// A value, or "unknown".
pub(super) fn known<T>(value: Option<T>, show: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), show)
}

/// Digits in groups of three.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// A rate with one decimal.
pub(super) fn rate(per_second: f64) -> String {
    let digits = format!("{per_second:.1}");
    match digits.split_once('.').and_then(|(whole, part)| Some((whole.parse().ok()?, part))) {
        Some((whole, part)) => format!("{}.{part}/s", grouped(whole)),
        None => UNKNOWN.to_owned(),
    }
}

/// `part` of `whole` in percent with one decimal, rounded down so that 100 % means all.
pub(super) fn percent(part: u64, whole: u64) -> Option<String> {
    let tenths = (u128::from(part) * 1000).checked_div(u128::from(whole))?;
    Some(format!("{}.{} %", grouped(u64::try_from(tenths / 10).ok()?), tenths % 10))
}

/// Bytes to the last one, and in a unit for the eye.
pub(super) fn bytes(count: ByteCount) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let (mut tenths, mut unit) = (u128::from(count.0) * 10, None);
    for next in UNITS {
        if tenths < 10_240 {
            break;
        }
        (tenths, unit) = ((tenths + 512) / 1024, Some(next));
    }
    let exact = format!("{} bytes", grouped(count.0));
    unit.map_or(exact.clone(), |unit| format!("{exact} ({}.{} {unit})", tenths / 10, tenths % 10))
}

/// An instant in UTC to the second.
pub(super) fn time(at: Timestamp) -> String {
    at.utc().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A length as hours, minutes and seconds.
pub(super) fn length(span: Elapsed) -> String {
    span.to_string()
}

/// On which side a column is flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flush {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A Markdown table that also reads as plain text.
pub(super) fn table<const N: usize>(head: [(&str, Flush); N], rows: &[[String; N]]) -> String {
    let mut widths = head.map(|(title, _)| title.chars().count().max(3));
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let titles = head.map(|(title, _)| title.to_owned());
    let mut lines = vec![table_row(&titles, &head, &widths)];
    lines.push(table_rule(&head, &widths));
    lines.extend(rows.iter().map(|row| table_row(row, &head, &widths)));
    lines.concat()
}

fn table_row<const N: usize>(cells: &[String; N], head: &[(&str, Flush); N], widths: &[usize; N]) -> String {
    let pad = |((cell, (_, flush)), &width): ((&String, &(&str, Flush)), &usize)| match flush {
        Flush::Left => format!("| {cell:<width$} "),
        Flush::Right => format!("| {cell:>width$} "),
    };
    cells.iter().zip(head).zip(widths).map(pad).chain(["|\n".to_owned()]).collect()
}

fn table_rule<const N: usize>(head: &[(&str, Flush); N], widths: &[usize; N]) -> String {
    let rule = |((_, flush), &width): (&(&str, Flush), &usize)| match flush {
        Flush::Left => format!("|{}", "-".repeat(width + 2)),
        Flush::Right => format!("|{}:", "-".repeat(width + 1)),
    };
    head.iter().zip(widths).map(rule).chain(["|\n".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        let shown = [0, 999, 1000, 926_580_933, u64::MAX].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "926,580,933", "18,446,744,073,709,551,615"]);
    }

    #[test]
    fn a_hundred_percent_means_all_and_more_is_said() {
        assert_eq!(percent(2661, 2662).as_deref(), Some("99.9 %"));
        assert_eq!(percent(2662, 2662).as_deref(), Some("100.0 %"));
        assert_eq!(percent(3000, 2662).as_deref(), Some("112.6 %"));
        assert_eq!(percent(0, 0), None);
    }

    #[test]
    fn sizes_are_exact_and_legible() {
        let shown = [0, 1023, 1024, 926_580_933, u64::MAX].map(|count| bytes(ByteCount(count)));
        assert_eq!(shown[..3], ["0 bytes", "1,023 bytes", "1,024 bytes (1.0 KiB)"]);
        assert_eq!(shown[3], "926,580,933 bytes (883.7 MiB)");
        assert!(shown[4].ends_with("(16.0 EiB)"), "{}", shown[4]);
    }

    #[test]
    fn rates_have_one_decimal_and_nonsense_is_unknown() {
        assert_eq!([rate(41.24), rate(32_000.0), rate(f64::NAN)], ["41.2/s", "32,000.0/s", UNKNOWN]);
    }
}
