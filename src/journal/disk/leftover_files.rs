//! Lists the other files of a run folder without a usable journal, so that error messages never suggest deleting data.

use std::{fmt, fs, path::Path};

use crate::text::printable;

const MAX_NAMED: usize = 4;

/// The files of a run folder that hold something, besides its journal and its lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftoverFiles(Vec<String>);

impl LeftoverFiles {
    /// What is in the folder at `path`. What cannot be looked at counts as something.
    pub(in crate::journal) fn of(path: &Path) -> Self {
        let Ok(entries) = fs::read_dir(path) else { return Self(vec!["what cannot be read".to_owned()]) };
        let mut found: Vec<_> = entries
            .flatten()
            .filter(|entry| entry.file_name() != "journal.ndjson" && entry.file_name() != "lock")
            .filter_map(|entry| {
                // A file name may hold control characters, and this text reaches the terminal.
                let name = printable(entry.file_name().as_encoded_bytes());
                match entry.metadata() {
                    // A watch that ended at its start leaves an empty `dr.log`.
                    Ok(about) if about.is_file() && about.len() == 0 => None,
                    Ok(about) if about.is_file() => Some(format!("{name} ({} bytes)", about.len())),
                    _ => Some(name),
                }
            })
            .collect();
        found.sort();
        if found.len() > MAX_NAMED {
            let more = found.len() - MAX_NAMED;
            found.truncate(MAX_NAMED);
            found.push(format!("{more} more"));
        }
        Self(found)
    }

    pub(in crate::journal) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for LeftoverFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_last() {
            None => f.write_str("nothing"),
            Some((last, [])) => f.write_str(last),
            Some((last, others)) => write!(f, "{} and {last}", others.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_holds_something_is_named_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        for (name, text) in [("journal.ndjson", "x"), ("lock", "1\n"), ("dr.log", "")] {
            fs::write(home.path().join(name), text).unwrap();
        }
        assert!(LeftoverFiles::of(home.path()).is_empty());
        fs::write(home.path().join("dr.log"), "line\n").unwrap();
        fs::write(home.path().join("\u{1b}[2J"), "x").unwrap();
        fs::create_dir(home.path().join("more")).unwrap();
        let told = LeftoverFiles::of(home.path()).to_string();
        assert!(told.contains("dr.log (5 bytes)") && told.ends_with(" and more"), "{told}");
        assert!(!told.contains('\u{1b}'), "{told}");
        for n in 0..9 {
            fs::write(home.path().join(format!("a{n}")), "x").unwrap();
        }
        let told = LeftoverFiles::of(home.path()).to_string();
        assert!(told.contains("a2 (1 bytes) and 8 more") && !told.contains("a3"), "{told}");
    }

    #[test]
    fn a_folder_that_cannot_be_looked_into_is_not_called_empty() {
        let home = tempfile::tempdir().unwrap();
        assert!(!LeftoverFiles::of(&home.path().join("none")).is_empty());
    }
}
