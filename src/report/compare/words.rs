//! The values of a comparison in words.

use super::values::{Compared, Comparison, Quantity, Unit, Verdict};
use crate::run::Elapsed;
use crate::text::{grouped, measured, rate};

pub(in crate::report) fn in_unit(value: Quantity, unit: Unit) -> String {
    match value {
        Quantity::Number(number) => number_in_unit(number, unit),
        Quantity::Length(length) => length.to_string(),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts and lengths, which `as` bounds"
)]
fn number_in_unit(value: f64, unit: Unit) -> String {
    let span = Elapsed::from_millis((value * 1000.0).round() as u64);
    match unit {
        Unit::Count => grouped(value.round() as u64),
        Unit::PerSecondAndThread if value < 0.01 => format!("{value:.5}/s"),
        Unit::PerSecondAndThread if value < 1.0 => format!("{value:.3}/s"),
        Unit::PerSecond | Unit::PerSecondAndThread => rate(value),
        Unit::Length => span.to_string(),
        Unit::Seconds if value < 100.0 => measured(span),
        Unit::Seconds => format!("{} s", grouped(value.round() as u64)),
    }
}

/// `+190 % better`, and how good that is; `None` where there is nothing to compare with.
pub(in crate::report) fn change_in_words(compared: &Compared) -> Option<(String, Option<Verdict>)> {
    let percent = compared.change_percent?;
    let word = match compared.verdict {
        Some(Verdict::Equal) => return Some(("equal".to_owned(), compared.verdict)),
        Some(Verdict::Better) => " better",
        Some(Verdict::Worse) => " worse",
        None if percent == 0.0 => return Some(("equal".to_owned(), None)),
        None => "",
    };
    let sign = if percent < 0.0 { '-' } else { '+' };
    let decimals = usize::from(percent.abs() < 10.0);
    Some((format!("{sign}{:.decimals$} %{word}", percent.abs()), compared.verdict))
}

/// A sentence for each reason why figures of a run are left out.
pub(in crate::report) fn not_compared(comparison: &Comparison) -> Vec<String> {
    let mut found: Vec<(usize, &str, Vec<&str>)> = Vec::new();
    for place in 0..comparison.runs.len() {
        for figure in &comparison.figures {
            let Some(reason) = figure.values.get(place).and_then(|value| value.reason.as_deref()) else {
                continue;
            };
            match found.iter_mut().find(|(of, known, _)| (*of, *known) == (place, reason)) {
                Some((_, _, figures)) => figures.push(figure.label),
                None => found.push((place, reason, vec![figure.label])),
            }
        }
    }
    let sentence = |(place, reason, figures): (usize, &str, Vec<&str>)| {
        format!("Not compared of run {}, as {reason}: {}.", place + 1, figures.join(", "))
    };
    found.into_iter().map(sentence).collect()
}
