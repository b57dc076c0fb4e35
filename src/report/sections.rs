//! The sections of the Markdown report, each from its part of the summary.

mod events;
mod figures;

pub(super) use self::{
    events::{actions, findings, gaps, notes, replication},
    figures::{appliances, bucket, download, phases, record},
};
