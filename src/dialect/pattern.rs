//! Regular expressions as values of a dialect, for text and for raw log bytes.

use std::{ops::Deref, sync::Arc};

use serde::Deserialize;
use thiserror::Error;

/// Compiled size of one pattern, so that a hostile file cannot take the memory.
const SIZE_LIMIT: usize = 1 << 20;

/// The value of a key is no pattern. The error of the dialect names the key.
#[derive(Debug, Error)]
#[error("`{text}` is no regular expression ({detail})")]
pub(crate) struct NoPattern {
    text: String,
    detail: String,
}

/// A pattern of the dialect over the text type of `$regex`.
macro_rules! pattern {
    ($name:ident, $regex:ty, $builder:ty) => {
        #[derive(Clone, Debug, Deserialize)]
        #[serde(try_from = "String")]
        // A copy shares what was compiled, and the memory that matching uses.
        pub(crate) struct $name(Arc<$regex>);

        impl TryFrom<String> for $name {
            type Error = NoPattern;

            fn try_from(text: String) -> Result<Self, NoPattern> {
                // The `regex` crate matches in linear time, so only the
                // compiled size of a foreign pattern needs a bound.
                match <$builder>::new(&text).size_limit(SIZE_LIMIT).build() {
                    Ok(regex) => Ok(Self(Arc::new(regex))),
                    Err(error) => Err(NoPattern { text, detail: last_line(&error) }),
                }
            }
        }

        impl Deref for $name {
            type Target = $regex;

            fn deref(&self) -> &$regex {
                &self.0
            }
        }
    };
}

pattern!(Pattern, regex::Regex, regex::RegexBuilder);
// Log lines need not be UTF-8.
pattern!(BytesPattern, regex::bytes::Regex, regex::bytes::RegexBuilder);

/// The last line of a syntax error is the sentence; those before it draw the place.
fn last_line(error: &regex::Error) -> String {
    error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}
