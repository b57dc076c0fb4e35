//! The log of one simulated appliance: lines in syslog form, numbered without end, the oldest
//! dropped beyond a bound, in files that follow each other by rotation. What is written, and when, is decided elsewhere.

use std::collections::VecDeque;

use crate::run::{Severity, Timestamp};

/// Lines kept; older ones are dropped.
const KEPT: usize = 400_000;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LogBook {
    lines: VecDeque<String>,
    dropped: usize,
    /// Number of the first line of every file but the first.
    rotations: Vec<usize>,
}

impl LogBook {
    /// Appends `text` with the time stamp and host field of syslog: no year, no zone, the day
    /// padded with a space.
    pub(super) fn write(&mut self, at: Timestamp, host: &str, text: &str) {
        self.write_bare(format!("{} {host} {text}", at.utc().format("%b %e %H:%M:%S")));
    }

    pub(super) fn write_bare(&mut self, line: String) {
        // Readers count from the first line ever, so the lines dropped are counted too.
        if self.lines.len() == KEPT {
            self.lines.pop_front();
            self.dropped += 1;
        }
        self.lines.push_back(line);
    }

    pub(super) fn rotate(&mut self) {
        self.rotations.push(self.end());
    }

    /// How often the log was rotated: the number of its present file.
    pub(crate) const fn file(&self) -> usize {
        self.rotations.len()
    }

    /// Number of the line after the last one of `file`, so far.
    pub(crate) fn end_of(&self, file: usize) -> usize {
        self.rotations.get(file).copied().unwrap_or_else(|| self.end())
    }

    pub(crate) fn beginning(&self) -> usize {
        self.rotations.last().copied().unwrap_or_default()
    }

    pub(crate) fn present(&self) -> impl Iterator<Item = &str> {
        self.since(self.beginning())
    }

    /// The kept lines of a file before the present one, oldest first: 1 is the newest such file.
    pub(crate) fn older(&self, file: usize) -> Option<impl Iterator<Item = &str>> {
        let file = self.file().checked_sub(file).filter(|older| *older < self.file())?;
        let begin = file.checked_sub(1).map_or(0, |before| self.end_of(before));
        let end = self.end_of(file);
        // A file of which every line was dropped is gone.
        (end > self.dropped).then(|| self.between(begin, end))
    }

    /// The number that the next line will have.
    pub(crate) fn end(&self) -> usize {
        self.dropped + self.lines.len()
    }

    /// The kept lines from number `from` to before number `to`, oldest first.
    pub(crate) fn between(&self, from: usize, to: usize) -> impl Iterator<Item = &str> {
        let from = from.max(self.dropped);
        self.since(from).take(to.saturating_sub(from))
    }

    /// The kept lines from number `from` on, oldest first.
    pub(crate) fn since(&self, from: usize) -> impl Iterator<Item = &str> {
        self.lines.iter().skip(from.saturating_sub(self.dropped)).map(String::as_str)
    }
}

/// Severity of a line's text as its `[module.LEVEL]` has it; untagged lines have none.
pub(super) fn severity(text: &str) -> Option<Severity> {
    let level = |part: &str| match part.rsplit_once('.')?.1 {
        "DEBUG" => Some(Severity::Debug),
        "INFO" => Some(Severity::Info),
        "NOTICE" => Some(Severity::Notice),
        "WARN" => Some(Severity::Warning),
        "ERR" => Some(Severity::Error),
        "CRIT" => Some(Severity::Critical),
        "ALERT" => Some(Severity::Alert),
        "EMERG" => Some(Severity::Emergency),
        _ => None,
    };
    // The first bracket may hold a process id, `rfsd[13852]: [gc.INFO] …`, which has
    // no dot and is passed over.
    text.split(['[', ']']).find_map(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_padded_with_a_space() {
        let mut log = LogBook::default();
        let at = Timestamp::new(chrono::DateTime::parse_from_rfc3339("2025-10-08T01:27:10Z").unwrap().into());
        log.write(at, "localhost", "rfsd[19024]: [gc.INFO] (14306) bitmaps set up");
        assert_eq!(
            log.since(0).collect::<Vec<_>>(),
            ["Oct  8 01:27:10 localhost rfsd[19024]: [gc.INFO] (14306) bitmaps set up"]
        );
    }

    #[test]
    fn a_rotated_log_begins_anew_while_the_old_file_stays_as_it_was() {
        let mut log = LogBook::default();
        log.write_bare("a".to_owned());
        log.write_bare("b".to_owned());
        log.rotate();
        log.write_bare("c".to_owned());
        assert_eq!((log.file(), log.end_of(0), log.end_of(1)), (1, 2, 3));
        assert_eq!(log.present().collect::<Vec<_>>(), ["c"]);
        assert_eq!(log.since(0).collect::<Vec<_>>(), ["a", "b", "c"]);
        log.rotate();
        let older = |file| log.older(file).map(Iterator::collect::<Vec<_>>);
        assert_eq!((older(1), older(2)), (Some(vec!["c"]), Some(vec!["a", "b"])));
        assert_eq!((older(0), older(3)), (None, None));
    }

    #[test]
    fn a_severity_is_read_from_its_tag_alone() {
        assert_eq!(severity("rfsd[1]: [splice/client.INFO] (7) [x.ERR] said"), Some(Severity::Info));
        assert_eq!(severity("mgmtd[1]: [mgmtd.NOTICE]: Configuration changed"), Some(Severity::Notice));
        assert_eq!(severity("syslogd 1.4.1: restart."), None);
        assert_eq!(severity("last message repeated 2 times"), None);
    }

    #[test]
    fn numbers_go_on_when_the_oldest_lines_are_dropped() {
        let mut log = LogBook::default();
        for number in 0..KEPT + 3 {
            log.write_bare(number.to_string());
        }
        assert_eq!(log.end(), KEPT + 3);
        assert_eq!(log.since(0).next(), Some("3"));
        assert_eq!(log.since(KEPT + 2).collect::<Vec<_>>(), [(KEPT + 2).to_string()]);
    }
}
