//! What the engineer asks for by key; it is carried out elsewhere.

use super::play::Play;
use crate::run::{ActionKind, Code, MarkerPlace, Override, PairIdentities, Sequence, Statement, Timestamp};

/// Something to carry out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    /// Take an action, consent having been given.
    Act {
        /// The action.
        action: ActionKind,
        /// Why the policy is overridden, where it is.
        r#override: Option<Override>,
        /// What the engineer stated in consenting; to be recorded before the action.
        statement: Option<Statement>,
        /// The phrase of consent as typed.
        typed: String,
    },
    /// The two appliances are the right ones.
    ConfirmPair {
        /// Their fingerprints as shown.
        pair: Box<PairIdentities>,
        /// Why they are two machines, where nothing they show distinguishes them.
        reason: Option<String>,
        /// What was typed to confirm them.
        typed: String,
    },
    /// List the bucket again.
    ListBucket,
    /// Make the last counter reading the baseline.
    TakeBaseline,
    /// Record a statement.
    Attest {
        /// What is stated.
        statement: Statement,
        /// Since when it is so.
        since: Timestamp,
        /// Why it is stated by hand.
        reason: String,
    },
    /// Acknowledge a finding.
    Acknowledge {
        /// Its code.
        code: Code,
        /// The record that opened it.
        opened: Sequence,
        /// Why it is acceptable.
        reason: String,
    },
    /// Of the stage markers written before the run began, these and no others belong to this test.
    ClaimMarkers(Vec<MarkerPlace>),
    /// Write the summary now.
    Export,
    /// Record a note.
    Note(String),
    /// Sign the run off, in the engineer's words.
    SignOff(String),
    /// Reconnect now, or log in where a person is needed.
    Reconnect,
    /// Steer the replay.
    Play(Play),
    /// Quit.
    Quit,
    /// Quit, and leave replication on the primary paused: a decision, which goes on record.
    LeavePaused,
    /// Stop in the background.
    Suspend,
    /// Draw everything again.
    Redraw,
}
