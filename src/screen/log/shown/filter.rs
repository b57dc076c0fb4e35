//! A filter of the log: the terms typed, and which lines they leave. Markers, alarms, near misses, gaps and absences
//! are left by every filter.

use regex::{Regex, RegexBuilder};
use thiserror::Error;

use crate::{
    run::Severity,
    screen::log::row::{LogRow, find},
};

/// Compiled size of a pattern typed, and of its cache.
const MAX_PATTERN_BYTES: usize = 1 << 20;

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum FilterError {
    #[error("'{0}' is no level: debug info notice warning error critical alert emergency")]
    Level(String),
    #[error("'{0}' has nothing behind it")]
    Nothing(&'static str),
    #[error("a pattern ends with /, as in /slab.*evicted/; text with a slash goes in quotes")]
    OpenPattern,
    #[error("a quotation mark is missing at the end")]
    OpenQuote,
    #[error("the pattern is wrong: {0}")]
    Pattern(String),
}

#[derive(Clone, Debug)]
pub(crate) struct LogFilter {
    /// As it was typed.
    text: String,
    terms: Vec<Term>,
}

#[derive(Clone, Debug)]
struct Term {
    /// Lines that it matches are hidden, and not the others.
    hides: bool,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    AtLeast(Severity),
    AtMost(Severity),
    Level(Severity),
    Module(String),
    Text(String),
    Pattern(Regex),
}

impl LogFilter {
    /// Reads the terms; `None` where there are none.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, FilterError> {
        let mut terms = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (term, behind) = term(rest)?;
            terms.push(term);
            rest = behind.trim_start();
        }
        Ok((!terms.is_empty()).then(|| Self { text: text.trim().to_owned(), terms }))
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether every term leaves the row. Of several modules asked for, one is enough.
    pub(crate) fn shows(&self, row: &LogRow) -> bool {
        // A log that hid its own gaps would look whole, and one that hid an alarm harmless.
        if row.mark.is_some() {
            return true;
        }
        let (mut is_module_wanted, mut is_wanted_module) = (false, false);
        for term in &self.terms {
            if let (Test::Module(_), false) = (&term.test, term.hides) {
                is_module_wanted = true;
                is_wanted_module |= term.test.matches(row) == Some(true);
            } else if term.test.matches(row) == Some(term.hides) {
                return false;
            }
        }
        !is_module_wanted || is_wanted_module
    }
}

impl Test {
    /// Whether the row matches; `None` for the level of a line that shows none, which no term hides.
    fn matches(&self, row: &LogRow) -> Option<bool> {
        Some(match self {
            Self::AtLeast(level) => row.severity? >= *level,
            Self::AtMost(level) => row.severity? <= *level,
            Self::Level(level) => row.severity? == *level,
            Self::Module(wanted) => row.module.as_deref().is_some_and(|module| is_module(module, wanted)),
            Self::Text(wanted) => find(&row.text, wanted).is_some(),
            Self::Pattern(pattern) => pattern.is_match(&row.text),
        })
    }
}

/// Whether a module is the one wanted or a part of it: `megamount/vnode` of `megamount`.
fn is_module(module: &str, wanted: &str) -> bool {
    let head = module.get(..wanted.len()).is_some_and(|head| head.eq_ignore_ascii_case(wanted));
    head && matches!(module.as_bytes().get(wanted.len()), None | Some(b'/'))
}

/// The first term of `text`, and what follows it.
fn term(text: &str) -> Result<(Term, &str), FilterError> {
    let behind_dash = text.strip_prefix('-').filter(|rest| !rest.is_empty() && !rest.starts_with(' '));
    let (hides, text) = behind_dash.map_or((false, text), |rest| (true, rest));
    let term = |test| Term { hides, test };
    if let Some(pattern) = text.strip_prefix('/') {
        let (pattern, rest) = until_slash(pattern).ok_or(FilterError::OpenPattern)?;
        let mut builder = RegexBuilder::new(pattern);
        let built = builder.case_insensitive(true).size_limit(MAX_PATTERN_BYTES);
        let built = built.dfa_size_limit(MAX_PATTERN_BYTES).build();
        let pattern = built.map_err(|error| FilterError::Pattern(last_line(&error)))?;
        return Ok((term(Test::Pattern(pattern)), rest));
    }
    if let Some(quoted) = text.strip_prefix('"') {
        let (words, rest) = quoted.split_once('"').ok_or(FilterError::OpenQuote)?;
        return if words.is_empty() {
            Err(FilterError::Nothing("\"\""))
        } else {
            Ok((term(Test::Text(words.to_owned())), rest))
        };
    }
    let (word, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
    Ok((term(word_test(word)?), rest))
}

fn word_test(word: &str) -> Result<Test, FilterError> {
    if let Some(name) = word.strip_prefix("module:") {
        return if name.is_empty() {
            Err(FilterError::Nothing("module:"))
        } else {
            Ok(Test::Module(name.to_owned()))
        };
    }
    let level = word.strip_prefix("level").unwrap_or_default();
    if let Some(name) = level.strip_prefix(">=").or_else(|| level.strip_prefix(':')) {
        return severity(name).map(Test::AtLeast);
    }
    if let Some(name) = level.strip_prefix("<=") {
        return severity(name).map(Test::AtMost);
    }
    if let Some(name) = level.strip_prefix('=') {
        return severity(name).map(Test::Level);
    }
    Ok(Test::Text(word.to_owned()))
}

/// The pattern up to the slash that ends it: the first one that is not escaped and has a blank or nothing behind it.
fn until_slash(text: &str) -> Option<(&str, &str)> {
    let mut is_escaped = false;
    for (index, character) in text.char_indices() {
        let rest = text.get(index + 1..).unwrap_or_default();
        if character == '/' && !is_escaped && (rest.is_empty() || rest.starts_with(char::is_whitespace)) {
            return Some((text.get(..index)?, rest)).filter(|(pattern, _)| !pattern.is_empty());
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    None
}

fn severity(name: &str) -> Result<Severity, FilterError> {
    Ok(match name.to_ascii_lowercase().as_str() {
        "debug" => Severity::Debug,
        "info" => Severity::Info,
        "notice" => Severity::Notice,
        "warning" | "warn" => Severity::Warning,
        "error" | "err" => Severity::Error,
        "critical" | "crit" => Severity::Critical,
        "alert" => Severity::Alert,
        "emergency" | "emerg" => Severity::Emergency,
        _ => return Err(FilterError::Level(name.to_owned())),
    })
}

/// The last line of a syntax error is the sentence; those before it draw the place.
fn last_line(error: &regex::Error) -> String {
    error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        run::{Arrival, LogOffset},
        screen::log::LogMark,
    };

    fn row(severity: Option<Severity>, module: Option<&str>, text: &str) -> LogRow {
        let (offset, arrival) = (LogOffset(0), Arrival::Live);
        LogRow {
            offset,
            severity,
            mark: None,
            module: module.map(Into::into),
            text: text.to_owned(),
            arrival,
        }
    }

    fn shows(filter: &str, row: &LogRow) -> bool {
        LogFilter::parse(filter).unwrap().unwrap().shows(row)
    }

    #[test]
    fn terms_leave_and_hide_by_level_module_text_and_pattern() {
        let row = row(Some(Severity::Notice), Some("megamount/vnode"), "[m.NOTICE] evicted slab 0x8d");
        for filter in [
            "level>=notice",
            "level:info",
            "level<=notice",
            "level=notice",
            "-level>=error",
            "module:megamount",
            "module:gc module:MEGAMOUNT/vnode",
            "-module:mega",
            "EVICTED",
            "\"evicted slab\"",
            "/slab 0x[0-9a-f]+/ evicted",
            "-/dsfs.* x/",
            "-gc level>=notice module:megamount",
        ] {
            assert!(shows(filter, &row), "{filter}");
        }
        for filter in [
            "level>=warning",
            "level<=info",
            "-level=notice",
            "module:gc",
            "module:mega",
            "-module:megamount",
            "evicted gc",
            "-evicted",
            "/slab$/",
            "-/SLAB/",
            "-\"evicted slab\"",
        ] {
            assert!(!shows(filter, &row), "{filter}");
        }
    }

    #[test]
    fn no_filter_hides_a_marker_an_alarm_a_near_miss_or_a_gap() {
        for mark in [
            LogMark::Marker(crate::run::Marker::DownloadComplete),
            LogMark::Alarm,
            LogMark::NearMiss,
            LogMark::Gap,
            LogMark::Absence,
        ] {
            let row = LogRow { mark: Some(mark), ..row(Some(Severity::Info), Some("gc"), "x") };
            assert!(shows("level>=error module:dsfs -x -/./", &row), "{mark:?}");
        }
    }

    #[test]
    fn a_line_whose_level_is_not_known_is_hidden_by_no_level() {
        let row = row(None, None, "something");
        assert!(shows("level>=error", &row) && shows("-level<=info", &row));
        assert!(!shows("module:gc", &row), "it is of no such module");
    }

    #[test]
    fn what_is_no_filter_is_refused_with_a_reason() {
        let refused = |text| LogFilter::parse(text).unwrap_err();
        assert_eq!(refused("level>=loud"), FilterError::Level("loud".to_owned()));
        assert_eq!(refused("module:"), FilterError::Nothing("module:"));
        assert_eq!(refused("/var/log"), FilterError::OpenPattern);
        assert_eq!(refused("//"), FilterError::OpenPattern);
        assert_eq!(refused("\"open"), FilterError::OpenQuote);
        assert!(matches!(refused("/(/"), FilterError::Pattern(_)));
        assert!(matches!(refused("/(a{1000}){1000}/"), FilterError::Pattern(_)));
        assert!(LogFilter::parse("  ").unwrap().is_none());
    }

    #[test]
    fn a_pattern_may_hold_slashes_and_blanks() {
        let row = row(None, None, "read /var/log x at 1/2");
        assert!(shows(r"/\/var\/log x/ 1/2", &row) && shows("/var/log x/", &row));
    }
}
