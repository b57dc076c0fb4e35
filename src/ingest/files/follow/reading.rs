//! Reading the file that bears the log's name: whatever is done to it meanwhile, no line of it is lost unmarked.
//!
//! A log may be copied, emptied and begun anew at any moment. What was read is passed on only if the file still stood
//! as it was afterwards; else it is left for the next look, which finds the copy.

use std::{io, os::unix::fs::MetadataExt as _};

use super::{
    super::{
        history::{Copied, Folder, Turn, is_common, was_copied},
        rotated::changed_meanwhile,
    },
    Follower, SHORT,
};
use crate::run::Timestamp;

impl Follower {
    /// Passes on all that has come to the file, piece by piece.
    ///
    /// # Errors
    /// It cannot be read, or was written anew meanwhile: then the look has not come to its end.
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

    /// Makes sure that what was just read is of the file that was read before.
    ///
    /// # Errors
    /// It is not, or may not be: the next look finds what has become of the file.
    pub(super) async fn confirm(&mut self) -> io::Result<()> {
        if self.stands_as_read().await? {
            return Ok(());
        }
        if let Some(open) = &mut self.open {
            open.drop_piece();
        }
        Err(changed_meanwhile())
    }

    /// Whether what was just read stands behind what was read before: a copy is complete before the file is emptied.
    async fn stands_as_read(&mut self) -> io::Result<bool> {
        let Some(open) = &mut self.open else { return Ok(true) };
        if !open.is_as_read().await? {
            return Ok(false);
        }
        Ok(!open.is_unproven() || self.copied().await?.0 == Copied::No)
    }

    /// Whether the file was copied and emptied since it was opened, and the folder that this was seen in.
    async fn copied(&self) -> io::Result<(Copied, Folder)> {
        let Some(open) = &self.open else { return Ok((Copied::No, Folder::default())) };
        let named = tokio::fs::metadata(&self.path).await;
        // Under another name it is followed by other files, which are no copies of it.
        if named.is_ok_and(|named| named.is_file() && (named.dev(), named.ino()) != open.inode) {
            return Ok((Copied::No, Folder::default()));
        }
        was_copied(&self.path, open, &self.folder).await
    }

    /// Reads the file on of which so little was read that it may have been emptied and begun anew alike. What was
    /// made of it instead, if it was.
    pub(super) async fn read_unproven(&mut self, now: Timestamp) -> io::Result<Option<Turn>> {
        let (copied, folder) = self.copied().await?;
        let Some(open) = &mut self.open else { return Ok(None) };
        let is_doubtful = copied == Copied::No
            && now.since(self.looked_at) > SHORT
            && !open.is_fresh()
            && !open.is_first()
            && (open.is_short() || is_common(open, &self.folder).await);
        let path = self.path.display();
        let reason = match copied {
            Copied::Yes => return Ok(Some(Turn::Emptied)),
            Copied::Unclear => Some(format!(
                "{path} was copied, and emptied or not; it is read from its start, and its lines may repeat earlier ones"
            )),
            Copied::No => is_doubtful.then(|| {
                format!("{path} was not looked at for a while, and what was read of it is what any of its files may begin with")
            }),
        };
        if copied == Copied::Unclear {
            open.begin_again().await?;
            self.folder = folder;
        }
        if let Some(reason) = reason {
            self.outlet.end_line().await?;
            self.gap(reason).await?;
        }
        self.read_to_end().await?;
        Ok(None)
    }
}
