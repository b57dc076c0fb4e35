//! The restores in a log, told apart by their markers.

use crate::{
    ingest::import::source::archive::first_stamp,
    parse::Stamp,
    run::{Marker, Phase, Timestamp},
};

/// Most restores listed; a log that has more is hostile.
const MAX_RESTORES: usize = 100;

/// Bytes behind a marker that are looked through for the time of the next line.
const LOOKED_THROUGH: usize = 64 << 10;

/// A line in all logs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LinePlace {
    /// Where it begins in all logs in a row.
    pub(crate) offset: u64,
    pub(crate) log: usize,
    /// Counted from 1 in its log.
    pub(crate) line: u64,
}

/// One restore.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Restore {
    /// Its first line, and when that was written.
    pub(crate) begins: LinePlace,
    pub(crate) first_at: Option<Timestamp>,
    /// When its last line was written.
    pub(crate) last_at: Option<Timestamp>,
    /// Its markers, the first of each kind.
    pub(crate) markers: Vec<(Marker, String)>,
    /// Whether rfsd was seen to start at its beginning.
    pub(crate) has_start: bool,
}

/// A line with which a restore may begin.
#[derive(Clone, Copy, Debug, Default)]
struct Begin {
    place: LinePlace,
    at: Option<Timestamp>,
    /// When the line before it was written.
    before: Option<Timestamp>,
}

/// What a log says of restores, line by line.
#[derive(Debug, Default)]
pub(super) struct Restores {
    pub(super) list: Vec<Restore>,
    /// Where rfsd was last seen to start since the last marker.
    started: Option<Begin>,
    /// The line behind the last marker.
    behind: Option<Begin>,
    first_at: Option<Timestamp>,
    /// The latest two times of lines.
    latest: Option<Timestamp>,
    before_latest: Option<Timestamp>,
}

impl Restore {
    pub(crate) fn has(&self, marker: Marker) -> bool {
        self.markers.iter().any(|(seen, _)| *seen == marker)
    }

    /// The lines of its markers.
    pub(super) fn markers(&self) -> impl Iterator<Item = &str> {
        self.markers.iter().map(|(_, line)| line.as_str())
    }

    pub(crate) fn is_restored(&self) -> bool {
        self.has(Marker::NamespaceComplete) && self.has(Marker::RestoreSuccessful)
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.has(Marker::RestoreFailed)
    }

    /// The phases that its lines show.
    pub(crate) fn phases(&self) -> Vec<Phase> {
        let stage_1 =
            self.has_start || self.has(Marker::DownloadStarted) || self.has(Marker::DownloadComplete);
        let phases = [
            (stage_1, Phase::Stage1),
            (self.has(Marker::DownloadComplete), Phase::Stage2),
            (self.is_restored(), Phase::InUse),
        ];
        phases.into_iter().filter_map(|(is_shown, phase)| is_shown.then_some(phase)).collect()
    }

    fn is_over(&self) -> bool {
        self.is_restored() || self.has_failed()
    }
}

impl Restores {
    /// A line with a time.
    pub(super) fn line_at(&mut self, at: Timestamp) {
        self.first_at.get_or_insert(at);
        if self.latest != Some(at) {
            self.before_latest = self.latest.replace(at);
        }
        if let Some(restore) = self.list.last_mut() {
            restore.last_at = restore.last_at.max(Some(at));
        }
    }

    /// rfsd was started.
    pub(super) fn started(&mut self, place: LinePlace, at: Option<Timestamp>) {
        // Of several the first: the others are crashes in its stage 1.
        let before = if self.latest == at { self.before_latest } else { self.latest };
        self.started.get_or_insert(Begin { place, at, before });
    }

    /// The line behind the last marker, which may be the first of another log.
    pub(super) fn behind_marker(&mut self, place: LinePlace, at: Option<Timestamp>) {
        self.behind = Some(Begin { place, at, before: self.latest });
    }

    /// Whether the line behind the last marker is still to come.
    pub(super) const fn awaits_line_behind(&self) -> bool {
        self.behind.is_none() && !self.list.is_empty()
    }

    /// A marker; its text distinguishes a copy of it from another.
    pub(super) fn marker(&mut self, marker: Marker, raw: &str, at: Option<Timestamp>) {
        let has_seen = |restore: &Restore| restore.markers.iter().any(|(_, seen)| seen == raw);
        if self.list.iter().any(has_seen) {
            (self.started, self.behind) = (None, None);
            return;
        }
        let is_next = match self.list.last() {
            None => true,
            // A stage that ends twice belongs to two restores, as does what follows on an end.
            Some(restore) => restore.is_over() || restore.has(marker),
        };
        if is_next && self.list.len() < MAX_RESTORES {
            let has_start = self.started.is_some();
            let first = self.list.is_empty();
            let begin = self.started.take().or(self.behind).filter(|_| !first);
            let whole = LinePlace { offset: 0, log: 0, line: 1 };
            let begin = begin.unwrap_or(Begin { place: whole, at: self.first_at, before: None });
            if let Some(before) = self.list.last_mut() {
                // Its last lines are those of the next one's preparation.
                before.last_at = before.last_at.min(begin.before.or(begin.at).or(before.last_at));
            }
            let (begins, first_at) = (begin.place, begin.at);
            let restore = Restore { begins, first_at, last_at: at, markers: Vec::new(), has_start };
            self.list.push(restore);
        }
        if let Some(restore) = self.list.last_mut()
            && !restore.has(marker)
        {
            restore.markers.push((marker, raw.to_owned()));
        }
        (self.started, self.behind) = (None, None);
    }
}

/// The first stamp in what follows on a marker.
pub(super) fn stamp_behind(rest: &[u8]) -> Option<Stamp> {
    first_stamp(rest.get(..LOOKED_THROUGH).unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u64) -> LinePlace {
        LinePlace { offset: line * 100, log: 0, line }
    }

    fn begins(markers: &[(Marker, u64)], starts: &[u64]) -> Vec<u64> {
        let mut restores = Restores::default();
        for line in 1..100 {
            if starts.contains(&line) {
                restores.started(at(line), None);
            }
            for (marker, _) in markers.iter().filter(|(_, at)| *at == line) {
                restores.marker(*marker, &format!("line {line}"), None);
                restores.behind_marker(at(line + 1), None);
            }
        }
        restores.list.iter().map(|restore| restore.begins.line).collect()
    }

    #[test]
    fn each_restore_begins_where_rfsd_started_before_it() {
        use Marker::{DownloadComplete, NamespaceComplete, RestoreSuccessful};
        let one = [(DownloadComplete, 10), (NamespaceComplete, 20), (RestoreSuccessful, 21)];
        let next = [(DownloadComplete, 60), (NamespaceComplete, 70), (RestoreSuccessful, 71)];
        assert_eq!(begins(&one, &[5, 7]), [1]);
        assert_eq!(begins(&[one, next].concat(), &[5, 30, 50, 80]), [1, 30]);
        assert_eq!(begins(&[one, next].concat(), &[]), [1, 22]);
        // Given up in stage 2, and begun once more.
        assert_eq!(begins(&[(DownloadComplete, 10), (DownloadComplete, 60)], &[40]), [1, 40]);
        assert_eq!(begins(&[], &[5]), [0; 0]);
    }

    #[test]
    fn a_copy_of_a_marker_begins_no_restore() {
        let mut restores = Restores::default();
        for line in [3, 4] {
            restores.marker(Marker::DownloadComplete, "the same", None);
            restores.behind_marker(at(line + 1), None);
        }
        assert_eq!(restores.list.len(), 1);
        assert_eq!(restores.list[0].phases(), [Phase::Stage1, Phase::Stage2]);
    }
}
