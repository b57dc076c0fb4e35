//! The log of one simulated appliance: lines in syslog form, numbered without end, the oldest
//! dropped beyond a bound. What is written, and when, is decided elsewhere.

use std::collections::VecDeque;

use crate::run::At;

/// Lines kept; older ones are dropped, as by a rotation.
const KEPT: usize = 400_000;

/// The lines of one appliance's log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogBook {
    lines: VecDeque<String>,
    dropped: usize,
}

impl LogBook {
    /// Appends `text` with the time stamp and host field of syslog: no year, no zone, the day
    /// padded with a space.
    pub(super) fn write(&mut self, at: At, host: &str, text: &str) {
        self.write_bare(format!("{} {host} {text}", at.utc().format("%b %e %H:%M:%S")));
    }

    /// Appends a line as it is.
    pub(super) fn write_bare(&mut self, line: String) {
        if self.lines.len() == KEPT {
            self.lines.pop_front();
            self.dropped += 1;
        }
        self.lines.push_back(line);
    }

    /// Number of lines ever written: the number the next line will have.
    #[must_use]
    pub fn end(&self) -> usize {
        self.dropped + self.lines.len()
    }

    /// The kept lines from number `from` on, oldest first.
    pub fn since(&self, from: usize) -> impl Iterator<Item = &str> {
        self.lines.iter().skip(from.saturating_sub(self.dropped)).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_padded_with_a_space() {
        let mut log = LogBook::default();
        let at = At::new(chrono::DateTime::parse_from_rfc3339("2025-10-08T01:27:10Z").unwrap().into());
        log.write(at, "localhost", "rfsd[19024]: [gc.INFO] (14306) bitmaps set up");
        assert_eq!(
            log.since(0).collect::<Vec<_>>(),
            ["Oct  8 01:27:10 localhost rfsd[19024]: [gc.INFO] (14306) bitmaps set up"]
        );
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
