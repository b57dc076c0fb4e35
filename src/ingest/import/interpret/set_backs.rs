//! Where the stamps of a log run back, over its blocks.

use crate::{ingest::latest_stamp::LatestStamp, parse::Stamp};

/// From this one on, no more than one is recorded between two markers: a log that has more is hostile.
const MANY: u64 = 1000;

/// Looks for lines before which the clock of a log was set back.
#[derive(Debug, Default)]
pub(super) struct SetBacks {
    latest: LatestStamp,
    recorded: u64,
    /// Whether one was recorded since the last marker.
    is_recorded_here: bool,
}

impl SetBacks {
    /// Goes on to another log; one that overlaps with those before it begins with earlier stamps for that reason.
    pub(super) fn next_log(&mut self, overlaps: bool) {
        if overlaps {
            self.latest = LatestStamp::default();
        }
    }

    /// Goes on to a line; the latest stamp before it, where the clock was set back in between and that is to be recorded.
    /// `within`: that stamp, where the block itself shows it.
    pub(super) fn line(&mut self, within: Option<Stamp>, stamp: Option<Stamp>) -> Option<Stamp> {
        if let Some(within) = within {
            self.latest = LatestStamp::of(within);
        }
        let before = self.latest.go_on_to(stamp?)?;
        let is_wanted = self.recorded < MANY || !self.is_recorded_here;
        self.recorded += 1;
        self.is_recorded_here = true;
        is_wanted.then_some(before)
    }

    /// A line that may change the phase.
    pub(super) const fn marker(&mut self) {
        self.is_recorded_here = false;
    }

    /// Goes on to the end of a block, with the latest stamp in it.
    pub(super) fn block_ends(&mut self, latest: LatestStamp) {
        self.latest.go_on_behind(latest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::log_line;

    #[test]
    fn a_flood_of_them_is_recorded_once_between_two_markers() {
        let stamp = |hour: u32| log_line(format!("Oct 26 {hour:02}:00:00 h x: y").as_bytes()).stamp;
        let mut set_backs = SetBacks::default();
        let mut recorded = |times: u32| {
            let lines = (0..times).flat_map(|_| [stamp(3), stamp(2)]);
            lines.filter(|stamp| set_backs.line(None, *stamp).is_some()).count()
        };
        assert_eq!(recorded(1500), 1000);
        set_backs.marker();
        let lines = (0..10).flat_map(|_| [stamp(3), stamp(2)]);
        assert_eq!(lines.filter(|stamp| set_backs.line(None, *stamp).is_some()).count(), 1);
    }
}
