//! Values of options that are more than a word.

use chrono::NaiveDate;
use thiserror::Error;

/// A date; `None` where it is taken back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DueDate(pub(crate) Option<NaiveDate>);

#[derive(Debug, Error)]
#[error("a date is written as YYYY-MM-DD, like 2026-12-10")]
pub(super) struct BadDate;

pub(super) fn due_date(text: &str) -> Result<DueDate, BadDate> {
    match text.trim() {
        "" => Ok(DueDate(None)),
        text => {
            NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|due| DueDate(Some(due))).map_err(|_| BadDate)
        }
    }
}

/// Longer is no name of a person.
const MAX_NAME: usize = 200;

#[derive(Debug, Error)]
#[error("a name is a line of at most {MAX_NAME} characters")]
pub(super) struct BadName;

/// The name of a person; an empty one counts as none.
pub(super) fn person(text: &str) -> Result<String, BadName> {
    let is_name = text.chars().count() <= MAX_NAME && !text.contains(char::is_control);
    is_name.then(|| text.trim().to_owned()).ok_or(BadName)
}

#[derive(Debug, Error)]
#[error("a speed is a number from 0.1 to 100000")]
pub(super) struct BadSpeed;

pub(super) fn speed(text: &str) -> Result<f64, BadSpeed> {
    text.parse().ok().filter(|speed| (0.1..=100_000.0).contains(speed)).ok_or(BadSpeed)
}
