//! The summary of a run.

mod schema;
mod summarise;

pub use self::{
    schema::{
        ActionSummary, BucketSummary, DownloadSummary, JournalHead, LogSummary, PhaseSummary,
        ReplicationSummary, SCHEMA, Summary, VersionSummary,
    },
    summarise::summarise,
};
