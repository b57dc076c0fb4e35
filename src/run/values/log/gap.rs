//! What was not observed, and for how long.

use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

use crate::run::values::{Length, LogOffset, Sequence, Timestamp};

/// A span of the log, or of the watch itself, that was not observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Gap {
    /// Last moment observed before it.
    pub from: Timestamp,
    /// First moment observed after it.
    pub to: Timestamp,
    /// Offset in `dr.log` at which the missing lines would be.
    pub offset: LogOffset,
    /// Why, as a sentence.
    pub reason: String,
    /// The record that says so; left out within that record itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Sequence>,
}

impl Gap {
    /// How long it lasted; `None` where no later moment was observed, as behind the end of a saved log that is cut off.
    #[must_use]
    pub fn length(&self) -> Option<Length> {
        (self.from != self.to).then(|| self.to.length_since(self.from))
    }

    /// Its part before `end`: from when to when; all of it without an end, nothing where it begins at the end or later.
    pub(in crate::run) fn before(&self, end: Option<Timestamp>) -> Option<(Timestamp, Timestamp)> {
        match end {
            None => Some((self.from, self.to)),
            Some(end) => (self.from < end).then(|| (self.from, self.to.min(end))),
        }
    }
}

/// How long several gaps were together, in words.
#[derive(Clone, Copy, Debug)]
pub struct GapLengths {
    known: Length,
    has_unknown: bool,
}

impl GapLengths {
    /// Those of `gaps`.
    #[must_use]
    pub fn of<'g>(gaps: impl IntoIterator<Item = &'g Gap>) -> Self {
        let none = Self { known: Length::ZERO, has_unknown: false };
        gaps.into_iter().fold(none, |sum, gap| match gap.length() {
            Some(length) => Self { known: sum.known.saturating_add(length), ..sum },
            None => Self { has_unknown: true, ..sum },
        })
    }

    /// With what is known of them counted in another way.
    pub(in crate::run) const fn counted(self, known: Length) -> Self {
        Self { known, ..self }
    }
}

impl Display for GapLengths {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.has_unknown, self.known == Length::ZERO) {
            (true, true) => f.write_str("of unknown length"),
            (true, false) => write!(f, "{} and more in all", self.known),
            (false, _) => write!(f, "{} in all", self.known),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gap(from: i64, to: i64) -> Gap {
        let at = |seconds| Timestamp::new(chrono::DateTime::from_timestamp(seconds, 0).unwrap());
        Gap { from: at(from), to: at(to), offset: LogOffset(0), reason: String::new(), record: None }
    }

    #[test]
    fn a_gap_whose_end_is_not_known_is_of_unknown_length_and_not_of_none() {
        assert_eq!(gap(5, 5).length(), None);
        let (whole, open) = (gap(0, 60), gap(90, 90));
        for (gaps, words) in [
            (vec![&whole], "00:01:00 in all"),
            (vec![&open], "of unknown length"),
            (vec![&whole, &open, &whole], "00:02:00 and more in all"),
        ] {
            assert_eq!(GapLengths::of(gaps).to_string(), words);
        }
    }
}
