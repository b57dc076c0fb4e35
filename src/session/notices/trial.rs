//! The notice command tried without a watch, so that it is known to work before the night on which it is needed.

use serde::Serialize;

use super::notifier::{CommandError, SCHEMA, run_command};
use crate::run::Timestamp;

/// A notice with the keys of any other; what only a run has is null.
#[derive(Serialize)]
struct Trial {
    schema: &'static str,
    run: Option<()>,
    simulated: Option<()>,
    at: Timestamp,
    event: &'static str,
    phase: Option<()>,
    text: &'static str,
    head: Option<()>,
}

/// Gives `command` a notice whose event is `test`, and waits for its end as a watch does.
///
/// # Errors
/// As for a notice of a watch: it cannot be started, fails, or takes too long.
pub(crate) async fn try_command(command: &[String], at: Timestamp) -> Result<(), CommandError> {
    let trial = Trial {
        schema: SCHEMA,
        run: None,
        simulated: None,
        at,
        event: "test",
        phase: None,
        text: "This is a test of the notice command of drwatch. Nothing has happened, and no run is watched.",
        head: None,
    };
    let json = serde_json::to_vec(&trial).map_err(CommandError::Form)?;
    run_command(command, json).await
}
