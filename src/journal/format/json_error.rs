//! What is wrong with JSON in a file, in plain words: `serde_json` names types of this program.

use serde_json::error::Category;

pub(in crate::journal) fn in_words(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        Category::Eof => "it ends too early",
        Category::Syntax => "it is not JSON",
        Category::Data => "a field is missing, unknown or of the wrong type",
        Category::Io => "it cannot be read",
    };
    // Without a line or a column, the place was lost on the way through a flattened field.
    match (error.line(), error.column()) {
        (0, _) | (_, 0) => what.to_owned(),
        (1, column) => format!("{what}, at column {column}"),
        (line, column) => format!("{what}, at line {line} column {column}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::format::{Envelope, decode};

    fn refused(line: &str) -> String {
        decode(line.as_bytes()).unwrap_err().to_string()
    }

    fn line(rest: &str) -> String {
        format!("{{\"seq\":1,\"at\":\"2026-09-13T16:03:38.000+00:00\",\"prev\":\"{:064}\"{rest}}}", 0)
    }

    #[test]
    fn an_error_in_a_line_names_no_type_of_the_program() {
        const DATA: &str = "a field is missing, unknown or of the wrong type";
        for (line, words) in [
            (String::new(), "it ends too early"),
            ("{\"seq\":1,".to_owned(), "it ends too early, at column 9"),
            ("not a record".to_owned(), "it is not JSON, at column 2"),
            ("7".to_owned(), DATA),
            ("[]".to_owned(), DATA),
            ("{}".to_owned(), DATA),
            (line(""), DATA),
            (line(",\"kind\":\"noted\""), DATA),
            (line(",\"kind\":\"no\\u001bsuch\""), DATA),
            (line(",\"kind\":\"noted\",\"text\":7,\"user\":\"\""), DATA),
            (line(",\"kind\":\"noted\",\"text\":null,\"user\":\"\""), DATA),
            (line(",\"prev\":\"\",\"kind\":\"noted\""), DATA),
            ("{\"seq\":1,\"at\":\"yesterday\",\"prev\":\"\",\"kind\":\"noted\"}".to_owned(), DATA),
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
    fn an_error_in_a_file_is_placed_by_line_and_column() {
        let error = serde_json::from_str::<Vec<u64>>("[\n \"x\"]").unwrap_err();
        assert!(in_words(&error).contains("of the wrong type, at line 2 column "), "{error}");
    }
}
