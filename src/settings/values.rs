//! How single values are written in the settings file.

use std::{path::PathBuf, time::Duration};

use serde::{
    Deserialize as _, Deserializer,
    de::{Error as _, IntoDeserializer as _},
};

use crate::run::ThreadCount;

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

/// The longest time between two questions to an appliance: what is older is no state to rely on.
const MAX_PERIOD: Duration = Duration::from_hours(24);

pub(super) fn period<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let period = duration(deserializer)?;
    if period <= MAX_PERIOD {
        Ok(period)
    } else {
        Err(D::Error::custom("an appliance is asked once a day at least; write \"24h\" or less"))
    }
}

/// A path that no shell has read.
pub(super) fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let name = text.split('/').next().unwrap_or_default();
    if text.trim().is_empty() {
        return Err(D::Error::custom("the path is empty; leave the line out for the default"));
    }
    if name.len() > 1 && name.starts_with('~') {
        let text = format!(
            "`{name}` stands for the home of another account, which is not looked up; write the whole path"
        );
        return Err(D::Error::custom(text));
    }
    Ok(Some(text.into()))
}

pub(super) fn some_duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    duration(deserializer).map(Some)
}

/// A duration, or nothing where it is empty.
pub(super) fn optional_duration<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    duration(text.into_deserializer()).map(Some)
}

/// A number from 0 on, or nothing where it is empty.
pub(super) fn optional_count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let value = toml::Value::deserialize(deserializer)?;
    match &value {
        toml::Value::String(text) if text.trim().is_empty() => Ok(None),
        toml::Value::Integer(count) if *count >= 0 => Ok(Some(count.unsigned_abs())),
        _ => Err(D::Error::custom(format!("{value} is no whole number from 0 on; write it like 0 or 3"))),
    }
}

/// Most characters of a text about the test.
const MAX_TEXT: usize = 4000;

/// A text about the test; `None` where it is empty.
pub(super) fn stated_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    check_text(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// The text as it is stated; `None` where it is empty. Fails with what is wrong with it.
pub(crate) fn check_text(text: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    if text.chars().count() > MAX_TEXT {
        return Err(format!("the text is longer than {MAX_TEXT} characters"));
    }
    if text.contains(|char: char| char.is_control() && !matches!(char, '\n' | '\t')) {
        return Err("the text holds a control character".to_owned());
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
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
