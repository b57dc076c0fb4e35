//! The catalogue of log lines whose meaning is known, read from `assets/known_lines.toml`.

use serde::Deserialize;

use super::pattern::BytesPattern;
use crate::run::{Certainty, Marker};

const CATALOGUE: &str = include_str!("../../assets/known_lines.toml");

/// What an entry is about.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Subject {
    Marker(Marker),
    /// An alarm, by its name in the dialect.
    Alarm(String),
    NearMiss,
    Gap,
    Absence,
    Pattern(BytesPattern),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KnownLine {
    line: Subject,
    pub(crate) meaning: String,
    pub(crate) next: Option<String>,
    pub(crate) certainty: Certainty,
    /// Where the meaning is known from.
    pub(crate) source: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KnownLines {
    lines: Vec<KnownLine>,
}

impl KnownLines {
    /// The catalogue that comes with the program.
    #[expect(clippy::expect_used, reason = "the text is part of the program, and a test reads it")]
    pub(crate) fn built_in() -> Self {
        toml::from_str(CATALOGUE).expect("the catalogue of known lines is valid")
    }

    /// The first entry of which `is` holds.
    pub(crate) fn find(&self, is: impl Fn(&Subject) -> bool) -> Option<&KnownLine> {
        self.lines.iter().find(|known| is(&known.line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialect;

    #[test]
    fn every_entry_is_complete() {
        for known in KnownLines::built_in().lines {
            for text in [Some(&known.meaning), known.next.as_ref(), Some(&known.source)].into_iter().flatten()
            {
                assert!(text.len() > 3 && text.trim() == text && !text.contains('\n'), "{known:?}");
            }
        }
    }

    #[test]
    fn what_drwatch_marks_itself_is_explained() {
        let known = KnownLines::built_in();
        assert!(known.find(|subject| matches!(subject, Subject::NearMiss)).is_some());
        assert!(known.find(|subject| matches!(subject, Subject::Gap)).is_some());
        assert!(known.find(|subject| matches!(subject, Subject::Absence)).is_some());
    }

    #[test]
    fn every_marker_and_alarm_of_the_built_in_dialect_is_explained() {
        let (known, dialect) = (KnownLines::built_in(), Dialect::built_in());
        for (marker, _) in dialect.tables.markers.kinds() {
            let is_marker = |subject: &Subject| matches!(subject, Subject::Marker(own) if *own == marker);
            assert!(known.find(is_marker).is_some(), "{marker:?}");
        }
        for alarm in &dialect.tables.alarms {
            let is_alarm = |subject: &Subject| matches!(subject, Subject::Alarm(name) if *name == alarm.name);
            assert!(known.find(is_alarm).is_some(), "{}", alarm.name);
        }
    }

    #[test]
    fn lines_of_real_logs_are_explained_by_the_entry_about_them() {
        let known = KnownLines::built_in();
        for (line, words) in [
            (
                "Oct  8 01:27:10 a rfsd[1]: [evicter.NOTICE] (24411) evicted slab 0x8de09d0000; had been in evicter",
                "removed from the local cache",
            ),
            ("Oct  8 01:27:10 a rfsd[1]: [gc.INFO] (14306) deleting metadata from cloud", "deletes objects"),
            (
                "Oct  8 01:27:10 a rfsd[1]: [gc.INFO] (14306) enqueuing slabs for reclamation",
                "has chosen slabs",
            ),
            (
                "Oct  8 01:27:10 altavault1 rfsd[19024]: [gc.INFO] (14306) bitmaps set up for 251656 slabs, using 3",
                "begins a check",
            ),
            ("Oct  8 01:27:10 a rfsd[1]: [gc.INFO] (14306) slab: 0x000001560592 (128b) 0/1 0% :", "one slab"),
            (
                "Oct  8 01:27:10 a rfsd[1]: [scan.INFO] (14306) processed 15403 labelmaps, 3 labels in 1098.926 secs",
                "scan over the pointer maps",
            ),
            ("Oct  8 01:27:10 a syslogd 1.4.1: restart.", "started again"),
            (
                "Nov 28 06:31:02 a pm[4671]: [pm.ERR]: rfsd with pid 13852 exited unexpectedly, will be relaunched",
                "has ended by itself",
            ),
            (
                "Nov 28 05:03:36 a pm[4671]: [pm.NOTICE]: Launched rfsd with pid 13852",
                "has started that process",
            ),
            ("Nov 28 05:03:36 a pm[4671]: [pm.NOTICE]: Terminated rfsd with pid 13852", "was asked to"),
            ("BUILD_PROD_VERSION: AVA 4.4.1", "first line of a new log file"),
            ("Oct  8 01:27:10 a last message repeated 2 times", "repetitions"),
            (
                "Dec 12 16:21:59 CSH mgmtd[5082]: [mgmtd.NOTICE]: Configuration changed by user admin",
                "setting of the appliance",
            ),
            ("<189>cli[962]: [cli.NOTICE]: user admin: Entering configuration mode", "configuration mode"),
        ] {
            let is_match =
                |subject: &Subject| matches!(subject, Subject::Pattern(own) if own.is_match(line.as_bytes()));
            let found = known.find(is_match).map(|known| known.meaning.as_str()).unwrap_or_default();
            assert!(found.contains(words), "{line}: {found}");
        }
    }
}
