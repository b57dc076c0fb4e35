//! What a run *is*: its events, and the state they add up to. Pure: no input or output, no clock,
//! no terminal. Reading appliances, writing journals and drawing live elsewhere.

mod action;
mod apply;
mod apply_appliances;
mod apply_log;
mod apply_replication;
mod apply_threads;
mod cleanup;
mod count;
mod counting;
mod download;
mod due;
mod event;
mod exit;
mod exposure;
mod facts;
mod finding;
mod findings;
mod forecast;
mod frozen;
mod identity;
mod intents;
mod judge;
mod listing;
mod log;
mod near_miss;
mod older_markers;
mod pair;
mod phase;
mod policy;
mod preflight;
mod progress;
mod rates;
mod record;
mod replication;
mod rules;
mod stages;
mod state;
mod summarise;
mod summary;
mod time;
mod tracking;

#[cfg(test)]
mod tests;

pub use self::{
    action::{ActionKind, ActionPlan, ActionState, Certainty, Override},
    apply::{LIST_LIMIT, StartError, apply},
    apply_threads::ThreadsFallen,
    cleanup::{CleanupCode, CleanupItem, SignOff, cleanup},
    count::{ActionId, ByteCount, GetCount, LineCount, LogOffset, ObjectCount, RunId, Sequence, ThreadCount},
    download::{Baseline, Download, Epoch, RateSample},
    due::due,
    event::{Answer, Cause, Ending, Event, ListingCause, NO_ANSWER, PairIdentities, Statement, TimerEvent},
    exit::Exit,
    exposure::{EarliestResume, EarliestResumes, Exposure, exposure},
    facts::{KnownRole, Link, Reading, ReplicationState, Role, ServiceState},
    finding::{Code, Finding, FindingSeverity},
    forecast::{Forecast, forecast},
    frozen::{BucketCounts, FrozenBucket},
    identity::{Difference, HostKey, Identity, IdentityPart},
    judge::{Verdict, consent_lapsed, judge},
    listing::{BucketListing, OtherClass},
    log::{Arrival, Gap, LogCitation, LogTally, Marker, NearMiss, Severity},
    older_markers::{FoundMarker, MarkerPlace, OlderMarker},
    phase::{Evidence, EvidenceSource, Phase, PhaseSpan, Phases, Precision},
    policy::{ResumePolicy, RunSettings},
    preflight::{
        Preflight, PreflightCode, PreflightFacts, PreflightItem, PreflightRecord, PreflightState,
        PreflightVerdict, preflight,
    },
    progress::{Progress, progress},
    record::{FORMAT, FormatVersion, LogOrigin, Record, Started},
    replication::{Bound, Known, LeftPaused, PauseInterval, PausedBy, Replication},
    state::{
        ActionRecord, Appliance, Confirmation, Dropped, FinalLines, ListingState, LogState, Note, Observed,
        Reported, Run,
    },
    summarise::summarise,
    summary::{
        ActionSummary, BucketSummary, DownloadSummary, FindingSummary, JournalHead, LogSummary, NoteSummary,
        Outcome, PhaseSummary, ReplicationSummary, SCHEMA, Summary, VersionSummary,
    },
    time::{Elapsed, Timestamp},
};
