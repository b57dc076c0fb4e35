//! The state of a run: what its events add up to.

use crate::run::state::{
    ActionRecord, Appliance, Attestation, BaselineChoice, Confirmation, Dropped, FinalLines, FrozenSheet,
    GivenConsent, LogState, MadePrediction, Note, Observed, Outage, Reported, ServiceSeen, SignOff, TakeOver,
    Tracking,
};
use crate::run::values::{
    Download, Elapsed, Ending, Finding, FrozenBucket, Gap, LeftPaused, Link, ListingState, ObjectCount,
    PairIdentities, Phase, Phases, PreflightRecord, PriorMarker, Replication, Role, SentHead, Sequence,
    Signature, Started, StatedIssue, StatedSheet, Statement, ThreadCount, Timestamp,
};

/// A run: the fold of its events, bounded in size. Built only by [`Run::start`] and [`apply`](crate::run::apply()).
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The first record's content.
    pub started: Started,
    /// When the first record was made.
    pub started_at: Timestamp,
    /// The last record applied.
    pub last: Sequence,
    /// When the last record of the watch was made; what figures are measured up to. Statements about the test do not
    /// count, as they may be added long after the watch.
    pub last_at: Timestamp,
    /// When the last record was made, of whatever kind.
    pub recorded_at: Timestamp,
    /// Who records it now, as `user@host`.
    pub(in crate::run) recorder: String,
    /// Start of the present recording: the start of the run, or the last continuation.
    pub(in crate::run) watched_since: Timestamp,
    /// The phases.
    pub phases: Phases,
    /// The primary.
    pub primary: Appliance,
    /// The DR appliance.
    pub dr: Appliance,
    /// Download figures.
    pub download: Download,
    /// The primary's replication.
    pub replication: Replication,
    /// Replication threads of the DR appliance.
    pub threads: Option<Observed<ThreadCount>>,
    /// The latest bucket listing.
    pub listing: Option<ListingState>,
    /// Since when a listing is under way.
    pub listing_since: Option<Timestamp>,
    /// Whether the bucket stayed unchanged during the pause.
    pub frozen: FrozenBucket,
    /// Why the last listing was refused; cleared by a listing.
    pub listing_refused: Option<String>,
    /// The log.
    pub log: LogState,
    /// Actions, oldest first.
    pub actions: Vec<ActionRecord>,
    /// Findings, in the order they opened.
    pub findings: Vec<Finding>,
    /// Notes, oldest first.
    pub notes: Vec<Note>,
    /// Who acts now, where a person was named.
    pub engineer: Option<String>,
    /// Whether nobody records it any more, although no end is on record.
    pub(in crate::run) is_cut_short: bool,
    /// Who took the record over from whom, oldest first.
    pub takeovers: Vec<TakeOver>,
    /// Test sheets as they were stated, the latest last.
    pub sheets: Vec<StatedSheet>,
    /// The test sheet that the test is judged by, once stage 1 has begun.
    pub frozen_sheet: Option<FrozenSheet>,
    /// What is done about findings, the latest statement of each.
    pub issues: Vec<StatedIssue>,
    /// Signatures, oldest first.
    pub signatures: Vec<Signature>,
    /// Heads of the record that the notice command took, oldest first.
    pub sent_heads: Vec<SentHead>,
    /// What the engineer stated by hand, oldest first.
    pub attestations: Vec<Attestation>,
    /// Consents by phrase, oldest first.
    pub consents: Vec<GivenConsent>,
    /// When the engineer last chose the baseline.
    pub baseline_choice: Option<BaselineChoice>,
    /// When the DR service was first read as running after it was seen stopped, while the test was prepared.
    pub service_started: Option<(Timestamp, Sequence)>,
    /// Predictions of the ends of the stages, oldest first.
    pub predictions: Vec<MadePrediction>,
    /// Spans in which drwatch did not watch, oldest first. The log may have been caught up since.
    pub absences: Vec<Gap>,
    /// Losses of a connection to an appliance, oldest first.
    pub outages: Vec<Outage>,
    /// How far the clock of the recording machine is behind the record times, because it was set back.
    pub own_clock_behind: Elapsed,
    /// The last pre-flight on record.
    pub preflight: Option<PreflightRecord>,
    /// The engineer's latest signature.
    pub signed_off: Option<SignOff>,
    /// The last decision to leave replication paused.
    pub left_paused: Option<LeftPaused>,
    /// The engineer's confirmation that the expected appliances are the right ones.
    pub confirmed: Option<Confirmation>,
    /// Whether the engineer stated that deleted files will not be read on the DR appliance.
    pub deleted_files_not_read: Option<Sequence>,
    /// Stage markers written before the run began, and lines that resemble one, in the order of the log.
    pub prior_markers: Vec<PriorMarker>,
    /// Whether the engineer has stated which of them belong to this test.
    pub prior_markers_decided: bool,
    /// Which of the two final lines have been seen, and by which record.
    pub final_lines: FinalLines,
    /// Whether the restore failed, and by which record.
    pub failed: Option<Sequence>,
    /// How the record ended, once it did.
    pub ending: Option<Ending>,
    /// The record of that end. Statements about the test may follow it.
    pub ended_by: Option<Sequence>,
    /// Timer events already recorded, so that each is recorded once.
    pub reported: Reported,
    /// What was dropped to stay bounded.
    pub dropped: Dropped,
    /// Memory of the fold for later events.
    pub(in crate::run) tracking: Tracking,
}

impl Run {
    /// Whether the DR service was seen stopped before it was seen running, so that it was started in this watch.
    #[must_use]
    pub const fn saw_service_start(&self) -> bool {
        matches!(self.tracking.service, ServiceSeen::Running { since: Some(_) })
    }

    /// The two appliances as they were last identified.
    #[must_use]
    pub fn present_pair(&self) -> PairIdentities {
        PairIdentities { primary: self.primary.identity.clone(), dr: self.dr.identity.clone() }
    }

    /// The appliance of that role.
    #[must_use]
    pub fn appliance(&self, role: Role) -> &Appliance {
        role.pick(&self.primary, &self.dr)
    }

    pub(in crate::run) fn appliance_mut(&mut self, role: Role) -> &mut Appliance {
        role.pick(&mut self.primary, &mut self.dr)
    }

    /// The destination given for that role, if any.
    #[must_use]
    pub fn destination(&self, role: Role) -> Option<&str> {
        role.pick(self.started.primary.as_deref(), self.started.dr.as_deref())
    }

    /// Whether an appliance of that role takes part: a destination was given, and it is not a saved log.
    #[must_use]
    pub fn takes_part(&self, role: Role) -> bool {
        self.destination(role).is_some() && self.appliance(role).link != Link::Absent
    }

    /// Says that nobody records it any more: what is not over in it goes on where nobody looks.
    pub fn cut_short(&mut self) {
        self.is_cut_short = self.ending.is_none();
    }

    /// Whether it is recorded no more: its end is on record, or it was cut short.
    pub(in crate::run) const fn is_recorded_no_more(&self) -> bool {
        self.ending.is_some() || self.is_cut_short
    }

    /// Who records it now, as `user@host`.
    #[must_use]
    pub fn recorder(&self) -> &str {
        &self.recorder
    }

    /// Whether this is a rehearsal: a demo, or a run in which an appliance ever said that it is simulated. Every mark of
    /// simulated runs follows from this, and none is ever taken back.
    #[must_use]
    pub const fn is_simulated(&self) -> bool {
        self.started.demo || self.primary.said_simulated.is_some() || self.dr.said_simulated.is_some()
    }

    /// Whether the appliance of that role ever said that it is simulated.
    #[must_use]
    pub fn says_simulated(&self, role: Role) -> bool {
        self.appliance(role).said_simulated.is_some()
    }

    /// The current phase.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phases.current
    }

    /// Objects that stage 1 has to download; `None` without a listing that names both classes.
    #[must_use]
    pub fn expected(&self) -> Option<ObjectCount> {
        self.listing.as_ref()?.listing.expected()
    }

    /// Objects per second between the last two counter readings of stage 1; `None` without two.
    #[must_use]
    pub fn latest_rate(&self) -> Option<f64> {
        self.tracking.meter.latest()
    }

    /// Findings neither closed nor acknowledged, in the order they opened.
    pub fn open_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_open())
    }

    /// Findings that endanger the test or production, and were acknowledged instead of settled.
    pub fn accepted_dangers(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.is_accepted_danger())
    }

    /// Whether the engineer has stated that the restored appliance can be used.
    #[must_use]
    pub fn is_stated_usable(&self) -> bool {
        self.attestations.iter().any(|stated| stated.statement == Statement::RestoredUsable)
    }

    /// Whether the DR appliance's service was last read as up, busy or ready.
    #[must_use]
    pub fn dr_service_runs(&self) -> bool {
        self.dr.service_runs()
    }

    /// The replication threads of the DR appliance as last read, if they could be read.
    #[must_use]
    pub fn thread_count(&self) -> Option<ThreadCount> {
        self.threads.as_ref()?.reading.known().copied()
    }

    /// The action that is not settled yet, if any.
    #[must_use]
    pub fn unsettled_action(&self) -> Option<&ActionRecord> {
        self.actions.iter().rev().find(|action| !action.state.is_settled())
    }

    /// The host name of the appliance of that role, else its destination, if any.
    #[must_use]
    pub fn known_name(&self, role: Role) -> Option<&str> {
        let appliance = self.appliance(role);
        // A machine that answers in its place does not lend its name.
        let who = if appliance.is_stranger() { &appliance.expected } else { &appliance.identity };
        let shown = who.as_ref().and_then(|identity| identity.hostname.as_deref());
        shown.or_else(|| self.destination(role))
    }

    /// The display name of the appliance of that role: its host name, else its destination, else its role.
    #[must_use]
    pub fn name(&self, role: Role) -> String {
        self.known_name(role).map_or_else(|| format!("the {role}"), str::to_owned)
    }
}
