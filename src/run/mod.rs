//! What a run *is*: its events, and the state they add up to. Pure: no input or output, no clock,
//! no terminal. Reading appliances, writing journals and drawing live elsewhere.

mod action;
mod count;
mod download;
mod event;
mod facts;
mod finding;
mod forecast;
mod judge;
mod listing;
mod log;
mod phase;
mod policy;
mod replication;
mod state;
mod summary;
mod time;

pub use self::{
    action::{ActionKind, ActionPlan, ActionState, Certainty, Override},
    count::{ActionId, ByteCount, GetCount, LineCount, LogOffset, ObjectCount, RunId, Sequence, ThreadCount},
    download::{Baseline, Download, Epoch, RateSample},
    event::{
        Answer, Cause, Edge, Ending, Event, FORMAT, FormatVersion, ListingCause, Record, Started, Statement,
    },
    facts::{Identity, Link, Reading, ReplicationState, Role, ServiceState},
    finding::{Code, Finding, FindingSeverity},
    forecast::{Forecast, forecast},
    judge::{Verdict, judge},
    listing::{BucketListing, OtherClass},
    log::{Arrival, Gap, LogCitation, LogTally, Marker, Severity},
    phase::{Evidence, EvidenceSource, Phase, PhaseSpan, Phases, Precision},
    policy::{ResumePolicy, RunSettings},
    replication::{Known, PauseInterval, PausedBy, Replication},
    state::{ActionRecord, Appliance, FinalLines, ListingState, LogState, Note, Observed, Reported, Run},
    summary::{
        ActionSummary, BucketSummary, DownloadSummary, FindingSummary, JournalHead, LogSummary, NoteSummary,
        Outcome, PhaseSummary, ReplicationSummary, SCHEMA, Summary, VersionSummary,
    },
    time::{At, Span},
};
