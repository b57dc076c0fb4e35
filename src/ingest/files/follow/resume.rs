//! Going on where an earlier watch has left the log.

use std::io;

use super::{Follower, ROTATION_INTERVAL};
use crate::{
    ingest::files::{rotated::rotated_or_none, seen::Resumed},
    run::{Arrival, Timestamp},
};

impl Follower {
    /// Finds the place behind what an earlier watch has read; where that is nowhere, the log is read from its start. An
    /// error means that the log cannot be read now and may hold the place.
    pub(super) async fn find_place(&mut self, now: Timestamp) -> io::Result<()> {
        let Some(seen) = &self.seen else { return Ok(()) };
        if self.searched_at.is_some_and(|at| now.since(at) < ROTATION_INTERVAL) {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.searched_at = Some(now);
        let (left_at, path) = (seen.left_at, self.path.display());
        if seen.length == 0 {
            let reason =
                format!("nothing of {path} was read before, and what was in it meanwhile is unknown");
            (self.seen, self.missing_before) = (None, Some((left_at, reason)));
            return Ok(());
        }
        // Listed before the search: a file rotated meanwhile counts as new.
        let listed = rotated_or_none(&self.path, None).await?;
        let resumed = seen.find(&self.path).await?;
        if matches!(resumed, Resumed::Nowhere) {
            // A log without a file is waited for: it may be between two files of a rotation.
            tokio::fs::metadata(&self.path).await?;
        }
        let (open, reason) = match resumed {
            Resumed::Behind(open) => (Some(*open), None),
            Resumed::Within(open) => {
                let reason = format!(
                    "the place in {path} could not be found again for certain; the file that may hold it is read from \
                     its start, so lines may repeat"
                );
                (Some(*open), Some(reason))
            }
            Resumed::Nowhere => {
                let reason = format!(
                    "the place in {path} could not be found again; it is read from its start, so lines may repeat"
                );
                (None, Some(reason))
            }
        };
        self.seen = None;
        let Some(reason) = reason else {
            (self.open, self.listed) = (open, listed);
            return Ok(());
        };
        // Lines of another place must not continue a line that the earlier watch left unfinished.
        self.outlet.end_line().await?;
        if open.is_some() {
            (self.open, self.listed) = (open, listed);
            return self.gap_since(left_at, reason).await;
        }
        self.first_arrival = Arrival::MayRepeat;
        self.missing_before = Some((left_at, reason));
        Ok(())
    }
}
