//! Catching up with a log that was rotated: all files between the one that was read and the present one, in their order.

use std::io;

use super::Follower;
use crate::{
    ingest::files::{
        history::{CheckpointLocation, Rotation, Successors, successors},
        open_file::{OpenFile, changed_meanwhile, is_changed_meanwhile},
        rotated::{NextFile, Rotated, is_one_missing, rotated_or_none},
    },
    run::Arrival,
};

impl Follower {
    /// Reads all that was written since to files that no longer have the name, and goes on in the one that has.
    pub(super) async fn catch_up(&mut self, mut rotation: Rotation) -> io::Result<()> {
        let Some(read) = &mut self.open else { return Ok(()) };
        // Listed first: a file that is rotated during the catching up is new to the next poll.
        let listed = rotated_or_none(&self.path, None).await?;
        // While the first lines may repeat earlier ones, those of the next file may too.
        let arrival = read.arrival();
        // Opened before the others are listed: should it be rotated meanwhile, the next poll finds it among them.
        let next = OpenFile::open_if_there(&self.path, arrival).await?;
        // To the end of the old file first: its writer may have added lines after the last poll, and after
        // the rename.
        if rotation == Rotation::Renamed && !read.drain(&mut self.outlet).await? {
            rotation = Rotation::Emptied;
        }
        let present = next.as_ref().map(OpenFile::inode);
        let Successors { location, mut number, later, unsure } =
            successors(&self.path, read, rotation, present, &self.listed, &self.ends).await?;
        if let Some(next) = &next
            && next.is_removed().await?
        {
            // It may have been packed since it was opened, and be one of the others.
            return Err(changed_meanwhile());
        }
        let is_nowhere = matches!(location, CheckpointLocation::Nowhere);
        // The first of the others may be a copy of the file that was read.
        let mut may_be_copy = is_nowhere && read.end().is_some_and(|end| end.checkpoint.is_weak());
        match location {
            CheckpointLocation::Own => {}
            CheckpointLocation::Copy(copy) => self.read_rotated(*copy).await?,
            // Nothing was ever read of the log, so nothing can be missing behind it.
            CheckpointLocation::Nowhere if rotation == Rotation::Emptied && read.end().is_none() => {}
            CheckpointLocation::Nowhere => self.report_loss(rotation, !later.is_empty()).await?,
        }
        for file in later {
            self.outlet.end_line().await?;
            self.report_missing(number, NextFile::Rotated(file.number())).await?;
            number = file.number();
            // A packed file has another inode than before, and may have been read under that.
            let may_repeat = std::mem::take(&mut may_be_copy)
                || (is_nowhere && file.is_packed())
                || unsure.contains(&file.inode);
            self.read_whole(&file, if may_repeat { Arrival::MayRepeat } else { arrival }).await?;
        }
        self.report_missing(number, NextFile::Present).await?;
        // Noted only now: after an error above, the next poll has to find these files new again.
        self.listed = listed;
        let Some(mut next) = next else { return Ok(()) };
        self.outlet.end_line().await?;
        if let Some(read) = &self.open {
            next = next.after(read);
            // It was not emptied after all, or was written anew with the same beginning.
            if is_nowhere && rotation == Rotation::Emptied && next.begins_as(read).await? {
                next.begin_again().await?;
            }
        }
        self.go_on_in(next).await
    }

    async fn read_whole(&mut self, file: &Rotated, arrival: Arrival) -> io::Result<()> {
        match file.open(arrival).await {
            Ok(open) => self.read_rotated(open).await,
            // The file has only another name: the next poll reads it. A gap is for a file that is gone or
            // damaged.
            Err(error) if is_changed_meanwhile(&error) && file.is_there(&self.path).await => Err(error),
            Err(error) => self.gap(format!("{} cannot be read: {error}", file.path.display())).await,
        }
    }

    async fn read_rotated(&mut self, open: OpenFile) -> io::Result<()> {
        self.replace(open);
        let Some(open) = &mut self.open else { return Ok(()) };
        if open.drain(&mut self.outlet).await? {
            return Ok(());
        }
        self.outlet.end_line().await?;
        self.gap(format!("a rotated file of {} was written anew while it was read", self.path.display()))
            .await
    }

    /// Records a gap where a rotated file was removed before it was read.
    async fn report_missing(&mut self, number: Option<u32>, next: NextFile) -> io::Result<()> {
        if !is_one_missing(number, next) {
            return Ok(());
        }
        self.outlet.end_line().await?;
        self.gap(format!("a rotated file of {} is gone that was not read", self.path.display())).await
    }

    /// Records a gap where the place up to which the log was read is not to be found.
    async fn report_loss(&mut self, rotation: Rotation, is_later_there: bool) -> io::Result<()> {
        let path = self.path.display();
        let reason = match rotation {
            Rotation::Emptied => format!(
                "{path} was emptied, and no copy of it holds what was written to it since it was last read"
            ),
            Rotation::Renamed if is_later_there => format!(
                "{path} was rotated more than once since it was last read, and the file read then is gone"
            ),
            Rotation::Renamed => {
                format!("{path} was replaced, by how many files one after the other is unknown")
            }
        };
        self.outlet.end_line().await?;
        self.gap(reason).await
    }
}
