//! The list of dated events. It is made anew whenever it is asked for: an entry borrows what it is about, and its text
//! is made only where it is shown.

use crate::run::state::{
    ActionRecord, Attestation, Confirmation, Consented, GivenConsent, MadePrediction, Note, NoteEdit, Outage,
    Run, SignOff, TakeOver,
};
use crate::run::values::{
    ActionState, Ending, Finding, FindingSeverity, Gap, LeftPaused, ListingState, LogCitation, LogOffset,
    PauseInterval, Phase, PhaseSpan, PreflightRecord, PreflightVerdict, Sequence, Signature, Statement,
    Timestamp,
};

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// A phase began, or the run ended.
    Phase,
    /// Replication was paused, or ran again.
    Pause,
    /// An action was requested, or ended.
    Action,
    /// A finding opened, or closed.
    Finding,
    /// A finding was acknowledged.
    Acknowledgement,
    /// A note was written, or edited.
    Note,
    /// Nothing was watched: a gap in the log, or drwatch itself did not run.
    Gap,
    /// A connection was lost, or stood again.
    Connection,
    /// A pre-flight, a bucket listing, a signature, a decision.
    Record,
}

impl EventKind {
    /// Every kind, in the order of the filter.
    pub const ALL: [Self; 9] = [
        Self::Phase,
        Self::Pause,
        Self::Action,
        Self::Finding,
        Self::Acknowledgement,
        Self::Note,
        Self::Gap,
        Self::Connection,
        Self::Record,
    ];

    /// The word for it, as on the screen.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Phase => "phase",
            Self::Pause => "pause",
            Self::Action => "action",
            Self::Finding => "finding",
            Self::Acknowledgement => "ack",
            Self::Note => "note",
            Self::Gap => "gap",
            Self::Connection => "link",
            Self::Record => "record",
        }
    }
}

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening<'r> {
    /// A phase began; with it the span before, whose end it is.
    PhaseBegan(Phase, Option<&'r PhaseSpan>),
    /// That the test is over was stated, and taken back.
    TestWentOn {
        /// That it is over.
        over: &'r Attestation,
        /// That it is not.
        taken_back: &'r Attestation,
    },
    /// The restored appliance is in use from then on, as was stated.
    UseBegan(&'r Attestation),
    /// A pause of replication began.
    PauseBegan(&'r PauseInterval),
    /// A pause of replication ended.
    PauseEnded(&'r PauseInterval),
    /// An action was requested.
    ActionRequested(&'r ActionRecord, Option<&'r GivenConsent>),
    /// An action ended.
    ActionSettled(&'r ActionRecord),
    /// A finding opened.
    FindingOpened(&'r Finding),
    /// The condition of a finding ended.
    FindingClosed(&'r Finding),
    /// A finding was acknowledged.
    Acknowledged(&'r Finding),
    /// A note was written.
    Noted(&'r Note),
    /// A note was given another text: the edit, and the text from then on.
    NoteEdited(&'r NoteEdit, &'r str),
    /// Part of the log is missing.
    Gap(&'r Gap),
    /// drwatch did not watch.
    Absence(&'r Gap),
    /// A connection was lost.
    LinkLost(&'r Outage),
    /// A connection stood again.
    LinkBack(&'r Outage),
    /// The two appliances were confirmed.
    PairConfirmed(&'r Confirmation),
    /// A pre-flight was recorded.
    Preflight(&'r PreflightRecord),
    /// Somebody took the record over.
    TakenOver(&'r TakeOver),
    /// The bucket was listed.
    Listed(&'r ListingState),
    /// A person stated something; with it the consent, where it took one.
    Stated(&'r Attestation, Option<&'r GivenConsent>),
    /// The end of a stage was predicted.
    Predicted(&'r MadePrediction),
    /// The engineer left while replication was paused.
    LeftPaused(&'r LeftPaused),
    /// The run was signed off.
    SignedOff(&'r SignOff),
    /// The run was signed off, against what is on record.
    SignedOffDespite(&'r GivenConsent),
    /// The record was signed with a key.
    Signed(&'r Signature),
    /// The recording ended.
    RunEnded(&'r Ending),
}

/// Something that happened, with its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatedEvent<'r> {
    /// When.
    pub at: Timestamp,
    /// The record that holds it, where one does.
    pub record: Option<Sequence>,
    /// Its place in `dr.log`, where it is a line of the log or a gap in it.
    pub offset: Option<LogOffset>,
    /// How much it matters.
    pub severity: FindingSeverity,
    /// What kind of thing it is.
    pub kind: EventKind,
    /// What happened.
    pub what: Happening<'r>,
    /// The line of the log that it is pinned to, as a note may be.
    pub line: Option<&'r LogCitation>,
}

impl<'r> DatedEvent<'r> {
    fn new(at: Timestamp, kind: EventKind, what: Happening<'r>) -> Self {
        Self { at, record: None, offset: None, severity: FindingSeverity::Info, kind, what, line: None }
    }

    fn on(self, record: Sequence) -> Self {
        Self { record: Some(record), ..self }
    }

    fn of(self, severity: FindingSeverity) -> Self {
        Self { severity, ..self }
    }
}

/// Everything that happened in `run`, the oldest first. As bounded as the lists of a run are.
#[must_use]
pub fn dated_events(run: &Run) -> Vec<DatedEvent<'_>> {
    let mut events = Vec::new();
    phases(run, &mut events);
    taken_back(run, &mut events);
    replication(run, &mut events);
    findings(run, &mut events);
    unwatched(run, &mut events);
    records(run, &mut events);
    // Stable: what one record holds stays in the order above. What has no record of its own comes behind those of its
    // moment.
    events.sort_by_key(|event| (event.at, event.record.unwrap_or(Sequence(u64::MAX))));
    events
}

/// The place in `dr.log` at which the log stood when `event` happened; its own line, or the one that it is pinned to,
/// where it has one.
#[must_use]
pub fn place_in_log(run: &Run, event: &DatedEvent<'_>) -> LogOffset {
    let places = &run.log.places;
    let line = || event.record.map_or_else(|| places.at_time(event.at), |record| places.at_record(record));
    event.offset.or(event.line.map(|line| line.offset)).unwrap_or_else(line)
}

fn phases<'r>(run: &'r Run, events: &mut Vec<DatedEvent<'r>>) {
    let began = |at, phase, before: Option<&'r PhaseSpan>| {
        let evidence = before.and_then(|span| span.evidence.as_ref());
        DatedEvent {
            // The watch begins with the first record.
            record: before.map_or(Some(Sequence(0)), |_| evidence.map(|evidence| evidence.record)),
            offset: evidence.and_then(|evidence| evidence.offset),
            ..DatedEvent::new(at, EventKind::Phase, Happening::PhaseBegan(phase, before))
        }
    };
    let mut before = None;
    for span in &run.phases.spans {
        if let Some(at) = span.started_at {
            events.push(began(at, span.phase, before));
        }
        before = Some(span);
    }
    if let Some(stated) = run.stated_in_use() {
        let began = DatedEvent::new(stated.since, EventKind::Phase, Happening::UseBegan(stated));
        events.push(began.on(stated.record));
    }
    let last = run.phases.spans.iter().rev().find(|span| span.ended_at.is_some());
    if run.phase() == Phase::Ended
        && let Some((span, at)) = last.and_then(|span| Some((span, span.ended_at?)))
    {
        let severity = if run.failed.is_some() { FindingSeverity::Blocking } else { FindingSeverity::Info };
        events.push(began(at, Phase::Ended, Some(span)).of(severity));
    }
}

/// Ends of the test that were taken back. The end that stayed is in the phases.
fn taken_back<'r>(run: &'r Run, events: &mut Vec<DatedEvent<'r>>) {
    let mut over = None;
    for stated in &run.attestations {
        match stated.statement {
            Statement::TestOver => over = over.or(Some(stated)),
            Statement::TestNotOver => {
                if let Some(over) = over.take() {
                    let what = Happening::TestWentOn { over, taken_back: stated };
                    events.push(DatedEvent::new(stated.at, EventKind::Phase, what).on(stated.record));
                }
            }
            _ => {}
        }
    }
}

fn consent_of(run: &Run, record: Sequence) -> Option<&GivenConsent> {
    run.consents.iter().find(|given| given.record == record)
}

/// What was done against the record needs a second look.
const fn weight(consent: Option<&GivenConsent>) -> FindingSeverity {
    if consent.is_some() { FindingSeverity::Attention } else { FindingSeverity::Info }
}

fn replication<'r>(run: &'r Run, events: &mut Vec<DatedEvent<'r>>) {
    for pause in &run.replication.intervals {
        let event = |at, what, record| DatedEvent { record, ..DatedEvent::new(at, EventKind::Pause, what) };
        events.push(event(pause.from, Happening::PauseBegan(pause), pause.record));
        events.extend(pause.to.map(|to| event(to, Happening::PauseEnded(pause), pause.end_record)));
    }
    for action in &run.actions {
        let given = consent_of(run, action.record);
        let requested = Happening::ActionRequested(action, given);
        let requested = DatedEvent::new(action.requested_at, EventKind::Action, requested);
        events.push(requested.on(action.record).of(weight(given)));
        if let Some(at) = action.settled_at {
            let severity = match action.state {
                ActionState::Rejected { .. } | ActionState::Unknown { .. } => FindingSeverity::Attention,
                _ => FindingSeverity::Info,
            };
            let settled = DatedEvent::new(at, EventKind::Action, Happening::ActionSettled(action));
            events.push(settled.of(severity));
        }
    }
}

fn findings<'r>(run: &'r Run, events: &mut Vec<DatedEvent<'r>>) {
    for finding in &run.findings {
        let opened = Happening::FindingOpened(finding);
        let opened = DatedEvent::new(finding.opened_at, EventKind::Finding, opened);
        // The citation may be of a later line than that which opened the finding.
        let cited = finding.cited.as_ref().filter(|cited| cited.record == finding.record);
        events.push(DatedEvent {
            record: Some(finding.record),
            offset: cited.and_then(|cited| cited.offset),
            severity: finding.severity,
            ..opened
        });
        if let Some(at) = finding.acknowledged_at {
            let what = Happening::Acknowledged(finding);
            let event = DatedEvent::new(at, EventKind::Acknowledgement, what);
            events.push(DatedEvent { record: finding.acknowledged_record, ..event });
        }
        if let Some(at) = finding.closed_at {
            let event = DatedEvent::new(at, EventKind::Finding, Happening::FindingClosed(finding));
            events.push(DatedEvent { record: finding.closed_record, ..event });
        }
    }
    for note in &run.notes {
        let of_line = |event| DatedEvent { line: note.line.as_ref(), ..event };
        let noted = DatedEvent::new(note.at, EventKind::Note, Happening::Noted(note));
        events.push(of_line(noted.on(note.record)));
        // The text after an edit is the one before the next edit; after the last it is the present one.
        let after = note.edits.iter().skip(1).map(|edit| &*edit.before).chain([&*note.text]);
        for (edit, text) in note.edits.iter().zip(after) {
            let edited = DatedEvent::new(edit.at, EventKind::Note, Happening::NoteEdited(edit, text));
            events.push(of_line(edited.on(edit.record)));
        }
    }
}

fn unwatched<'r>(run: &'r Run, events: &mut Vec<DatedEvent<'r>>) {
    for gap in &run.log.gaps {
        let event =
            DatedEvent::new(gap.to, EventKind::Gap, Happening::Gap(gap)).of(FindingSeverity::Attention);
        events.push(DatedEvent { offset: Some(gap.offset), record: gap.record, ..event });
    }
    for absence in &run.absences {
        let event = DatedEvent::new(absence.to, EventKind::Gap, Happening::Absence(absence));
        events.push(DatedEvent { offset: Some(absence.offset), record: absence.record, ..event });
    }
    for outage in &run.outages {
        let lost = DatedEvent::new(outage.from, EventKind::Connection, Happening::LinkLost(outage));
        events.push(lost.on(outage.record).of(FindingSeverity::Attention));
        if let Some(to) = outage.to {
            events.push(DatedEvent::new(to, EventKind::Connection, Happening::LinkBack(outage)));
        }
    }
}

fn records<'r>(run: &'r Run, events: &mut Vec<DatedEvent<'r>>) {
    let event = |at, what| DatedEvent::new(at, EventKind::Record, what);
    if let Some(confirmed) = &run.confirmed {
        events.push(event(confirmed.at, Happening::PairConfirmed(confirmed)).on(confirmed.record));
    }
    if let Some(judged) = &run.preflight {
        let severity = match judged.verdict {
            PreflightVerdict::Go => FindingSeverity::Info,
            PreflightVerdict::NoGo => FindingSeverity::Attention,
        };
        events.push(event(judged.at, Happening::Preflight(judged)).on(judged.record).of(severity));
    }
    if let Some(listing) = &run.listing {
        events.push(event(listing.at, Happening::Listed(listing)).on(listing.record));
    }
    for taken in &run.takeovers {
        let event = event(taken.at, Happening::TakenOver(taken)).on(taken.record);
        events.push(event.of(FindingSeverity::Attention));
    }
    for made in &run.predictions {
        events.push(event(made.at, Happening::Predicted(made)).on(made.record));
    }
    if let Some(left) = &run.left_paused {
        let left_paused = event(left.at, Happening::LeftPaused(left)).on(left.record);
        events.push(left_paused.of(FindingSeverity::Attention));
    }
    let consent = |record| consent_of(run, record);
    for stated in &run.attestations {
        let given = consent(stated.record);
        let made = event(stated.at, Happening::Stated(stated, given)).on(stated.record);
        events.push(made.of(weight(given)));
    }
    // Of the signatures without a consent the latest counts.
    for given in run.consents.iter().filter(|given| given.to == Consented::SignOff) {
        events.push(
            event(given.at, Happening::SignedOffDespite(given)).on(given.record).of(weight(Some(given))),
        );
    }
    if let Some(signed) = run.signed_off.as_ref().filter(|signed| consent(signed.record).is_none()) {
        events.push(event(signed.at, Happening::SignedOff(signed)).on(signed.record));
    }
    for signature in &run.signatures {
        events.push(event(signature.at, Happening::Signed(signature)).on(signature.record));
    }
    if let Some(ending) = &run.ending {
        let ended_by = run.ended_by.unwrap_or(run.last);
        events.push(event(run.last_at, Happening::RunEnded(ending)).on(ended_by));
    }
}
