//! Reading the file that has the log's name.
//!
//! A log may be copied, emptied and begun anew at any moment, so checking before reading is not enough. What was read is
//! passed on only if the file was still as before afterwards; else it is dropped, and the next poll finds the copy.

use std::{io, os::unix::fs::MetadataExt as _};

use super::{Follower, ROTATION_INTERVAL};
use crate::{
    ingest::files::{
        history::{Rotation, Verdict, is_common, was_copied},
        open_file::changed_meanwhile,
        rotated::Rotated,
    },
    run::Timestamp,
};

impl Follower {
    /// Passes on all that has come to the file, piece by piece.
    pub(super) async fn read_to_end(&mut self) -> io::Result<()> {
        while let Some(open) = &mut self.open {
            let piece = open.next_piece().await?;
            self.confirm().await?;
            let Some(open) = &mut self.open else { break };
            if let Some(piece) = piece {
                open.pass_on(piece, &mut self.outlet).await?;
                continue;
            }
            let has_shrunk = open.has_shrunk();
            open.is_read();
            if has_shrunk {
                self.outlet.end_line().await?;
                self.gap(format!("{} was emptied while it was read", self.path.display())).await?;
            }
            break;
        }
        Ok(())
    }

    /// Makes sure that what was just read follows on what was read before: a copy is complete before the file is
    /// emptied. Where it does not or may not, the error lets the next poll find out what has become of the file.
    pub(super) async fn confirm(&mut self) -> io::Result<()> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let is_as_read = open.is_as_read().await?;
        let is_unproven = open.is_unproven();
        if is_as_read && (!is_unproven || self.copied().await?.0 == Verdict::No) {
            return Ok(());
        }
        if let Some(open) = &mut self.open {
            open.drop_piece();
        }
        Err(changed_meanwhile())
    }

    /// Whether the file was copied and emptied since it was opened, and the rotated files seen.
    async fn copied(&self) -> io::Result<(Verdict, Vec<Rotated>)> {
        let Some(open) = &self.open else { return Ok((Verdict::No, Vec::new())) };
        let named = tokio::fs::metadata(&self.path).await;
        // Once it has another name, new files are successors of it and no copies.
        if named.is_ok_and(|named| named.is_file() && (named.dev(), named.ino()) != open.inode()) {
            return Ok((Verdict::No, Vec::new()));
        }
        was_copied(&self.path, open, &self.listed).await
    }

    /// Reads on in a file after so few lines that it may have been emptied and begun anew with the same ones. Returns
    /// the rotation instead, if there was one.
    pub(super) async fn read_unproven(&mut self, now: Timestamp) -> io::Result<Option<Rotation>> {
        let (copied, listed) = self.copied().await?;
        let Some(open) = &mut self.open else { return Ok(None) };
        let path = self.path.display();
        let reason = match copied {
            Verdict::Yes => return Ok(Some(Rotation::Emptied)),
            Verdict::Unclear => Some(format!(
                "{path} was copied, and emptied or not; it is read from its start, and its lines may repeat earlier ones"
            )),
            Verdict::No => {
                // Within less time no file is assumed to be emptied and written again. A file of which
                // nothing was read cannot have lost its place.
                let is_doubtful = now.since(self.polled_at) > ROTATION_INTERVAL
                    && !open.is_fresh()
                    && open.end().is_some()
                    && (open.is_short() || is_common(open, &self.listed).await);
                is_doubtful.then(|| {
                    format!("{path} was not looked at for a while, and what was read of it is what any of its files may begin with")
                })
            }
        };
        if copied == Verdict::Unclear {
            open.begin_again().await?;
            self.listed = listed;
        }
        // The gap before the lines that it concerns: its place in the log is where the doubt begins.
        if let Some(reason) = reason {
            self.outlet.end_line().await?;
            self.gap(reason).await?;
        }
        self.read_to_end().await?;
        Ok(None)
    }
}
