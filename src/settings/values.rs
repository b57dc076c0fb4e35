//! How single values are written in the settings file.

use crate::run::ThreadCount;
use std::time::Duration;

use serde::{Deserialize as _, Deserializer, de::Error as _};

pub(super) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    match humantime::parse_duration(&text) {
        Ok(duration) if duration >= Duration::from_secs(1) => Ok(duration),
        Ok(_) => Err(D::Error::custom(format!("`{text}` is shorter than a second"))),
        Err(error) => Err(D::Error::custom(format!(
            "`{text}` is no duration ({error}); write it like \"90s\", \"5m\" or \"2h 30m\""
        ))),
    }
}

pub(super) fn optional_duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    duration(deserializer).map(Some)
}

pub(super) fn command<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let command = Vec::<String>::deserialize(deserializer)?;
    if command.first().is_none_or(String::is_empty) {
        return Err(D::Error::custom("the command is empty; write it like [\"program\", \"argument\"]"));
    }
    Ok(Some(command))
}

pub(super) fn threads<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let threads = u32::deserialize(deserializer)?;
    if ThreadCount::RANGE.contains(&threads) {
        Ok(threads)
    } else {
        Err(D::Error::custom(format!("threads is {threads}; the appliance takes 16 to 128")))
    }
}

/// The longest time between two tests, in days.
const MAX_DAYS: u32 = 36_500;

pub(super) fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let days = u32::deserialize(deserializer)?;
    if (1..=MAX_DAYS).contains(&days) {
        Ok(days)
    } else {
        Err(D::Error::custom(format!("{days} days cannot be kept to; write a number from 1 to {MAX_DAYS}")))
    }
}
