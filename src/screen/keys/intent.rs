//! What the engineer asks for by key; it is carried out elsewhere.

use super::{
    output::{Copied, FrameFormat},
    play::Play,
};
use crate::run::{
    ActionKind, Code, IssueEntry, LogCitation, MarkerPlace, Override, PairIdentities, Sequence, Statement,
    TestSheet, Timestamp,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    /// Take an action, consent having been given.
    Act {
        action: ActionKind,
        r#override: Option<Override>,
        /// What the engineer stated in consenting; to be recorded before the action.
        statement: Option<Statement>,
        /// The phrase of consent as typed.
        typed: String,
    },
    /// The two appliances are the right ones.
    ConfirmPair {
        pair: Box<PairIdentities>,
        /// Why they are two machines, where nothing they show distinguishes them.
        reason: Option<String>,
        typed: String,
    },
    ListBucket,
    TakeBaseline,
    Attest {
        statement: Statement,
        since: Timestamp,
        reason: String,
        /// The phrase typed where the statement contradicts what was read, or skips a part of the test.
        typed: Option<String>,
    },
    Acknowledge {
        code: Code,
        /// The record that opened it.
        opened: Sequence,
        reason: String,
    },
    /// The stage markers written before the run began that belong to this test; the others do not.
    ClaimMarkers(Vec<MarkerPlace>),
    Export,
    Note(String),
    /// Give the note of that record another text.
    EditNote {
        note: Sequence,
        text: String,
    },
    /// A note on a line of the log.
    NoteOnLine {
        text: String,
        line: LogCitation,
    },
    /// What the test is to show and to reach.
    StateSheet {
        sheet: Box<TestSheet>,
        /// Why it is changed after stage 1 has begun.
        reason: Option<String>,
    },
    /// What is done about a finding.
    StateIssue {
        code: Code,
        /// The record that opened it.
        opened: Sequence,
        entry: Box<IssueEntry>,
    },
    /// Sign the run off, in the engineer's words.
    SignOff {
        text: String,
        /// The phrase typed where the signature leaves production unprotected.
        typed: Option<String>,
    },
    /// Reconnect now, or log in where a person is needed.
    Reconnect,
    Play(Play),
    /// Show that moment of the record, or the last one, while the run goes on.
    LookBack(Option<Timestamp>),
    /// Show the present again.
    ReturnToLive,
    Quit,
    /// Quit, and leave replication on the primary paused: a decision, which goes on record.
    LeavePaused,
    Suspend,
    Redraw,
    /// Hand text to the terminal's clipboard.
    Copy(Copied),
    /// Write what the screen shows to a file.
    WriteFrame(FrameFormat),
}
