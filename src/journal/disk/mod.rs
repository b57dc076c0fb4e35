//! The files of a run on disk: its folder, lock and files that outlast deletion and a disk turned read-only. What is
//! written into them is the business of the files above.

mod durable_file;
mod folder;
mod leftover_files;
mod liveness;
mod lock;
mod storage;

pub(super) use self::{
    durable_file::keep,
    folder::is_run_id,
    storage::{Storage, is_due, write_some},
};
pub use self::{folder::RunFolder, leftover_files::LeftoverFiles, lock::RunLock};
pub(crate) use self::{
    folder::{NoStateDirectory, default_runs_dir, is_of_record, open_regular, read_regular},
    liveness::{is_being_recorded, is_on_a_read_only_disk},
    storage::{HELD_LIMIT, Placed},
};
