//! What is wrong with a line of JSON, in plain words: the parser's own speak of this program's inside.

use serde_json::error::Category;

use crate::text::excerpt;

/// Longest excerpt of a text that is not ours.
const EXCERPT: usize = 120;

/// What is wrong with one line, and at which column as far as that is known.
pub(in crate::journal) fn in_line(error: &serde_json::Error) -> String {
    let what = what(error);
    if error.column() == 0 { what } else { format!("{what}, at column {}", error.column()) }
}

/// What is wrong with a file, and in which line and column.
pub(in crate::journal) fn in_file(error: &serde_json::Error) -> String {
    let what = what(error);
    if error.line() == 0 {
        what
    } else {
        format!("{what}, at line {} column {}", error.line(), error.column())
    }
}

fn what(error: &serde_json::Error) -> String {
    match error.classify() {
        Category::Eof => "it ends too early".to_owned(),
        Category::Syntax => "it is not JSON".to_owned(),
        Category::Data => of_data(&error.to_string()),
        Category::Io => "it cannot be read".to_owned(),
    }
}

fn of_data(text: &str) -> String {
    let said = |words: &str| text.strip_prefix(words);
    let quoted = |rest: &str| excerpt(rest.split('`').next().unwrap_or_default(), EXCERPT);
    if let Some(rest) = said("missing field `") {
        format!("the field {} is missing", quoted(rest))
    } else if let Some(rest) = said("duplicate field `") {
        format!("the field {} is there twice", quoted(rest))
    } else if let Some(rest) = said("unknown field `") {
        format!("the field {} is unknown", quoted(rest))
    } else if let Some(rest) = said("unknown variant `") {
        format!("{} is no word known here", quoted(rest))
    } else if let Some(rest) = said("invalid type: ").or_else(|| said("invalid value: ")) {
        let found = rest.split(", expected").next().unwrap_or_default();
        format!("{} stands where something else belongs", found_words(found))
    } else {
        "a value in it does not fit".to_owned()
    }
}

/// The parser's name for a value, in JSON's own terms.
fn found_words(found: &str) -> String {
    match found {
        "map" => "an object".to_owned(),
        "sequence" => "a list".to_owned(),
        "unit value" | "Option value" => "null".to_owned(),
        other => excerpt(&other.replace('`', ""), EXCERPT),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::journal::format::{Envelope, decode};

    fn refused(line: &str) -> String {
        decode(line.as_bytes()).unwrap_err().to_string()
    }

    fn line(rest: &str) -> String {
        format!("{{\"seq\":1,\"at\":\"2026-09-13T16:03:38.000+00:00\",\"prev\":\"{:064}\"{rest}}}", 0)
    }

    #[test]
    fn what_is_wrong_with_a_line_is_said_without_the_programs_own_terms() {
        for (line, words) in [
            (String::new(), "it ends too early"),
            ("{\"seq\":1,".to_owned(), "it ends too early"),
            ("not a record".to_owned(), "it is not JSON, at column 2"),
            ("7".to_owned(), "integer 7 stands where something else belongs"),
            ("[]".to_owned(), "a list stands where something else belongs"),
            ("{}".to_owned(), "the field prev is missing"),
            (line(""), "the field kind is missing"),
            (line(",\"kind\":\"noted\""), "the field text is missing"),
            (line(",\"kind\":\"no\\u001bsuch\""), "is no word known here"),
            (
                line(",\"kind\":\"noted\",\"text\":7,\"user\":\"\""),
                "integer 7 stands where something else belongs",
            ),
            (line(",\"kind\":\"noted\",\"text\":{},\"user\":\"\""), "an object stands where"),
            (line(",\"kind\":\"noted\",\"text\":[],\"user\":\"\""), "a list stands where"),
            (line(",\"kind\":\"noted\",\"text\":null,\"user\":\"\""), "null stands where"),
            (line(",\"prev\":\"\",\"kind\":\"noted\""), "the field prev is there twice"),
            ("{\"seq\":1,\"at\":\"yesterday\",\"prev\":\"\",\"kind\":\"noted\"}".to_owned(), "does not fit"),
        ] {
            let told = refused(&line);
            assert!(told.contains(words), "{line:?}: {told}");
            for inside in ["struct", "OwnedLine", "variant", "expected", "enum", "line 1", "\u{1b}"] {
                assert!(!told.contains(inside), "{line:?}: {told}");
            }
        }
        let told = Envelope::decode(b"[1]").unwrap_err().to_string();
        assert!(!told.contains("struct") && !told.contains("Envelope"), "{told}");
    }

    #[test]
    fn a_place_in_a_file_is_told_by_line_and_column() {
        #[derive(Debug, Deserialize)]
        struct Head {
            #[expect(dead_code, reason = "only read")]
            records: u64,
        }
        let error = serde_json::from_str::<Head>("{\n \"records\": \"x\"}").unwrap_err();
        let told = in_file(&error);
        assert!(told.starts_with("string \"x\" stands where") && told.contains("line 2 column"), "{told}");
    }
}
