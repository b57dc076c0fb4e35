//! What an appliance answered last to each question, and when its connection was lost.

use crate::run::values::{Elapsed, Reading, Role, Sequence, Timestamp};

/// Something that an appliance is asked, in the order in which answers are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Who it is.
    Identity,
    /// The state of its service.
    Service,
    /// The bucket that it is set up with.
    Bucket,
    /// The state of its replication.
    Replication,
    /// The entries of the bucket.
    Listing,
    /// Its GET counter.
    Counter,
    /// Its replication threads.
    Threads,
    /// Stage markers that its log holds already.
    LogSearch,
}

/// The last answer to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastReply {
    /// When it came.
    pub at: Timestamp,
    /// The record that holds it.
    pub record: Sequence,
    /// Time from question to answer, where that is recorded.
    pub took: Option<Elapsed>,
    /// The value read from it, in words.
    pub reading: Reading<String>,
    /// The reply itself, control characters escaped, cut at 4 KiB.
    pub raw: String,
    /// How many answers to this question are on record.
    pub count: u64,
}

/// A loss of the connection to an appliance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// Which appliance.
    pub role: Role,
    /// When the connection was lost.
    pub from: Timestamp,
    /// When it stood again; `None` while it does not.
    pub to: Option<Timestamp>,
    /// Why, as a sentence; empty where that is not known.
    pub reason: String,
    /// The record of the loss.
    pub record: Sequence,
}
