//! Words of a command line that is shown to be copied.

use std::path::Path;

/// Text as one word of a shell.
pub(crate) fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@,%=".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// A path as one word of a shell, wherever that is started.
pub(crate) fn shell_path(path: &Path) -> String {
    shell_word(&std::path::absolute(path).as_deref().unwrap_or(path).to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_a_shell_would_read_otherwise_is_quoted() {
        for plain in ["/runs/20260302T080000Z-abcdef", "admin@ava-dr:22"] {
            assert_eq!(shell_word(plain), plain);
        }
        for (text, quoted) in [
            ("", "''"),
            ("a b", "'a b'"),
            ("kim's", r"'kim'\''s'"),
            ("run[1]", "'run[1]'"),
            ("~kim", "'~kim'"),
            ("$x", "'$x'"),
        ] {
            assert_eq!(shell_word(text), quoted);
        }
        assert_eq!(shell_path(Path::new("/a b")), "'/a b'");
        assert!(shell_path(Path::new("runs")).ends_with("/runs"), "it is found from every folder");
    }
}
