//! Regular expressions as values of a dialect, for text and for raw log bytes.

use std::ops::Deref;

use serde::Deserialize;

/// Compiled size of one pattern, so that a hostile file cannot take the memory.
const SIZE_LIMIT: usize = 1 << 20;

/// A pattern over text.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(regex::Regex);

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let built = regex::RegexBuilder::new(&text).size_limit(SIZE_LIMIT).build();
        built.map(Self).map_err(|error| format!("`{text}` is no regular expression ({})", last_line(&error)))
    }
}

impl Deref for Pattern {
    type Target = regex::Regex;

    fn deref(&self) -> &regex::Regex {
        &self.0
    }
}

/// A pattern over bytes that need not be UTF-8.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct BytesPattern(regex::bytes::Regex);

impl TryFrom<String> for BytesPattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let built = regex::bytes::RegexBuilder::new(&text).size_limit(SIZE_LIMIT).build();
        built.map(Self).map_err(|error| format!("`{text}` is no regular expression ({})", last_line(&error)))
    }
}

impl Deref for BytesPattern {
    type Target = regex::bytes::Regex;

    fn deref(&self) -> &regex::bytes::Regex {
        &self.0
    }
}

/// The last line of a syntax error is the sentence; those before it draw the place.
fn last_line(error: &regex::Error) -> String {
    error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}
