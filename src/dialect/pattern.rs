//! Regular expressions as values of a dialect, for text and for raw log bytes.

use std::{
    ops::Deref,
    sync::{Arc, OnceLock},
};

use memchr::memmem;
use serde::Deserialize;
use thiserror::Error;

/// The dialect that comes with the program.
pub(super) const BUILT_IN: &str = include_str!("../../assets/dialects/altavault.toml");

/// Compiled size of one pattern, so that a hostile file cannot take the memory.
const SIZE_LIMIT: usize = 1 << 20;

/// The value of a key is no pattern. The error of the dialect names the key.
#[derive(Debug, Error)]
#[error("`{text}` is no regular expression ({detail})")]
pub(crate) struct NoPattern {
    text: String,
    detail: String,
}

/// Whether the built-in dialect has that pattern, quoted as all its patterns are.
fn is_built_in(text: &str) -> bool {
    memmem::find(BUILT_IN.as_bytes(), format!("'{text}'").as_bytes()).is_some()
}

/// A pattern of the dialect over the text type of `$regex`.
macro_rules! pattern {
    ($name:ident, $regex:ty, $builder:ty) => {
        #[derive(Clone, Debug, Deserialize)]
        #[serde(try_from = "String")]
        // A copy shares what was compiled, and the memory that matching uses.
        pub(crate) struct $name(Arc<(String, OnceLock<$regex>)>);

        impl $name {
            // The `regex` crate matches in linear time, so only the
            // compiled size of a foreign pattern needs a bound.
            fn compile(text: &str) -> Result<$regex, regex::Error> {
                <$builder>::new(text).size_limit(SIZE_LIMIT).build()
            }
        }

        impl TryFrom<String> for $name {
            type Error = NoPattern;

            fn try_from(text: String) -> Result<Self, NoPattern> {
                // Patterns of the built-in dialect are compiled when they are needed: all of them
                // take longer than everything else before the first frame.
                if is_built_in(&text) {
                    return Ok(Self(Arc::new((text, OnceLock::new()))));
                }
                match Self::compile(&text) {
                    Ok(regex) => Ok(Self(Arc::new((text, OnceLock::from(regex))))),
                    Err(error) => Err(NoPattern { text, detail: last_line(&error) }),
                }
            }
        }

        impl Deref for $name {
            type Target = $regex;

            // Others are compiled already, and a test compiles these.
            fn deref(&self) -> &$regex {
                let (text, compiled) = &*self.0;
                compiled.get_or_init(|| Self::compile(text).expect("a pattern of the built-in dialect"))
            }
        }
    };
}

pattern!(Pattern, regex::Regex, regex::RegexBuilder);
// Log lines need not be UTF-8.
pattern!(BytesPattern, regex::bytes::Regex, regex::bytes::RegexBuilder);

impl Pattern {
    /// Whether it has a group of that name.
    pub(super) fn has_group(&self, name: &str) -> bool {
        let (text, compiled) = &*self.0;
        match compiled.get() {
            Some(regex) => regex.capture_names().flatten().any(|group| group == name),
            // A built-in pattern is not compiled for this; its text writes groups in this form.
            None => text.contains(&format!("(?P<{name}>")),
        }
    }
}

/// The last line of a syntax error is the sentence; those before it draw the place.
fn last_line(error: &regex::Error) -> String {
    error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_built_in_dialect_quotes_is_a_pattern() {
        let quoted: Vec<_> = BUILT_IN
            .lines()
            .flat_map(|line| line.split('\'').skip(1).step_by(2).map(move |text| (line, text)))
            .collect();
        assert!(quoted.len() > 20, "{quoted:?}");
        for (line, text) in quoted {
            assert!(Pattern::compile(text).is_ok() && BytesPattern::compile(text).is_ok(), "{line}");
        }
    }

    #[test]
    fn a_part_of_a_built_in_pattern_is_compiled_at_once() {
        assert!(BUILT_IN.contains("(?:^"));
        assert!(Pattern::try_from("(?:^".to_owned()).is_err());
    }
}
