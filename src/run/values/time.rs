//! Instants and durations as a run sees them: values handed in, never read from a clock here.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::{fmt, ops::Add};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// An instant in UTC, to the millisecond, so that the journal does not change it. Written as RFC 3339 with an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// Truncates `time` to the millisecond.
    #[must_use]
    pub fn new(time: DateTime<Utc>) -> Self {
        Self(time.trunc_subsecs(3))
    }

    /// The instant as a chrono value.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// Time passed since `earlier`; zero when `earlier` is later (a clock may have been set back).
    #[must_use]
    pub fn since(self, earlier: Self) -> Elapsed {
        Elapsed::from_millis(u64::try_from((self.0 - earlier.0).num_milliseconds()).unwrap_or(0))
    }

    /// Time passed since `earlier`, as it is to be shown beside other lengths; zero when `earlier` is later.
    #[must_use]
    pub fn length_since(self, earlier: Self) -> Length {
        let shown = self.whole_second().since(earlier.whole_second());
        Length { exact: self.since(earlier), shown }
    }

    fn whole_second(self) -> Self {
        Self(self.0.trunc_subsecs(0))
    }

    /// Signed difference `self - other`, as used for clock offsets.
    #[must_use]
    pub fn offset_from(self, other: Self) -> TimeDelta {
        self.0 - other.0
    }

    /// This instant, `span` earlier.
    #[must_use]
    pub fn before(self, span: Elapsed) -> Self {
        self.shifted(-TimeDelta::milliseconds(i64::try_from(span.millis()).unwrap_or(i64::MAX)))
    }

    /// This instant moved by a signed difference; unchanged where chrono cannot represent the result.
    #[must_use]
    pub fn shifted(self, by: TimeDelta) -> Self {
        self.0.checked_add_signed(by).map_or(self, Self)
    }

    /// The instant in a sentence for the engineer: `2026-09-13 16:03:38 UTC`.
    #[must_use]
    pub fn in_words(self) -> impl fmt::Display {
        self.0.format("%Y-%m-%d %H:%M:%S UTC")
    }
}

impl Add<Elapsed> for Timestamp {
    type Output = Self;

    fn add(self, span: Elapsed) -> Self {
        self.shifted(TimeDelta::milliseconds(i64::try_from(span.millis()).unwrap_or(i64::MAX)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(chrono::SecondsFormat::Millis, false))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        let time = DateTime::parse_from_rfc3339(&text).map_err(D::Error::custom)?;
        Ok(Self::new(time.with_timezone(&Utc)))
    }
}

/// A length of time, to the millisecond; written as a number of seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Elapsed(u64);

impl Elapsed {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of `millis` milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// A span of `seconds` seconds.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Length in milliseconds.
    #[must_use]
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// Length in whole seconds, rounded down.
    #[must_use]
    pub const fn secs(self) -> u64 {
        self.0 / 1000
    }

    /// Length in seconds.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "exact below 285,000 years")]
    pub fn secs_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// As precise as it is short: `4 s`, `12 min`, `3 h 05 min`, `2 d 04 h`.
    #[must_use]
    pub fn coarse(self) -> String {
        let seconds = self.secs();
        match seconds {
            0..120 => format!("{seconds} s"),
            120..7200 => format!("{} min", seconds / 60),
            7200..172_800 => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
            _ => format!("{} d {:02} h", seconds / 86400, seconds / 3600 % 24),
        }
    }

    /// `self + other`, capped at the largest span.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// `self - other`, never below zero.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl From<std::time::Duration> for Elapsed {
    fn from(duration: std::time::Duration) -> Self {
        Self(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }
}

impl From<Elapsed> for std::time::Duration {
    fn from(span: Elapsed) -> Self {
        Self::from_millis(span.0)
    }
}

/// Hours, minutes and seconds: `01:08:34`; days are counted as hours.
impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.secs();
        write!(f, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

/// The length of a time, or of several: to the millisecond, and as it is shown.
///
/// It is shown as the difference of the whole seconds that its begin and end are shown with. Lengths that follow on one
/// another then add up as they are shown; each cut to whole seconds by itself, they would not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length {
    exact: Elapsed,
    shown: Elapsed,
}

impl Length {
    /// No time at all.
    pub const ZERO: Self = Self { exact: Elapsed::ZERO, shown: Elapsed::ZERO };

    /// To the millisecond, as it is compared and exported.
    #[must_use]
    pub const fn exact(self) -> Elapsed {
        self.exact
    }

    /// In whole seconds, as it is shown.
    #[must_use]
    pub const fn shown(self) -> Elapsed {
        self.shown
    }

    /// Both lengths together, capped at the largest span.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        let exact = self.exact.saturating_add(other.exact);
        Self { exact, shown: self.shown.saturating_add(other.shown) }
    }
}

/// A length of which begin and end are not known.
impl From<Elapsed> for Length {
    fn from(exact: Elapsed) -> Self {
        Self { exact, shown: Elapsed::from_secs(exact.secs()) }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown.fmt(f)
    }
}

impl Serialize for Length {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.exact.serialize(serializer)
    }
}

impl Serialize for Elapsed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.secs_f64())
    }
}

impl<'de> Deserialize<'de> for Elapsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let seconds = f64::deserialize(deserializer)?;
        std::time::Duration::try_from_secs_f64(seconds)
            // Rounded: most fractions of a second are not exact
            // in binary, and cutting would lose a millisecond.
            .map(|duration| Self(u64::try_from((duration.as_micros() + 500) / 1000).unwrap_or(u64::MAX)))
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod schema {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{Elapsed, Length, Timestamp};

    impl JsonSchema for Timestamp {
        fn schema_name() -> Cow<'static, str> {
            "Timestamp".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "description": "An instant, in RFC 3339 with its offset, to the millisecond.",
                "type": "string",
                "format": "date-time",
                "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$"
            })
        }
    }

    impl JsonSchema for Length {
        fn schema_name() -> Cow<'static, str> {
            Elapsed::schema_name()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            Elapsed::json_schema(generator)
        }
    }

    impl JsonSchema for Elapsed {
        fn schema_name() -> Cow<'static, str> {
            "Seconds".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "description": "A length of time in seconds, to the millisecond.",
                "type": "number",
                "minimum": 0
            })
        }
    }
}
