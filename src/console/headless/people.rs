//! What people did and stated, each in a sentence that names who.

use serde::Serialize;

use crate::run::{Consent, Event, Run, actor};

/// The sentence for something that a person did; `None` for all else.
pub(super) fn sentence(event: &Event, run: &Run) -> Option<String> {
    let by = |user: &str| actor(user, run.engineer.as_deref());
    Some(match event {
        Event::BaselineTaken { user } => format!("baseline taken by {}", by(user)),
        Event::MarkersClaimed { claimed, user } => {
            format!("{} says that {} of the older markers belong to this test", by(user), claimed.len())
        }
        Event::NamesConfirmed { primary, dr, user, .. } => {
            format!("names confirmed by {}: primary {primary}, DR appliance {dr}", by(user))
        }
        Event::ActionRequested { id, plan, user, .. } => {
            format!("action {id} requested by {}: {}", by(user), plan.action)
        }
        Event::Attested { statement, reason, user, consent, .. } => {
            let what = serialised(statement).replace('_', " ");
            format!("stated by {}: {what} ({reason}){}", by(user), against(consent.as_ref()))
        }
        Event::Noted { text, user, .. } => format!("note by {}: {text}", by(user)),
        Event::NoteEdited { note, text, user } => {
            format!("note of record {note} edited by {}: {text}", by(user))
        }
        Event::Acknowledged { code, reason, user, .. } => {
            format!("{code} acknowledged by {}: {reason}", by(user))
        }
        Event::LeftPaused { user } => {
            let is_known = run.left_paused.as_ref().is_some_and(|left| left.paused.is_some());
            let how = if is_known { "paused" } else { "as it is, perhaps paused" };
            format!("replication is left {how}, as decided by {}", by(user))
        }
        Event::SignedOff { text, user, consent } => {
            format!("signed off by {}: {text}{}", by(user), against(consent.as_ref()))
        }
        Event::EngineerNamed { engineer: Some(name), user } => {
            format!("{name} acts, on the account of {user}")
        }
        Event::EngineerNamed { engineer: None, user } => format!("{user} acts, no person is named"),
        Event::TestSheetStated { reason: Some(reason), user, .. } => {
            format!("the test sheet was changed by {} after stage 1 had begun: {reason}", by(user))
        }
        Event::TestSheetStated { user, .. } => format!("the test sheet was stated by {}", by(user)),
        Event::TestSheetFrozen { .. } => "the test sheet is frozen: the test is judged by it".to_owned(),
        Event::IssueStated { code, user, engineer, .. } => {
            format!("what is done about {code} was stated by {}", actor(user, engineer.as_deref()))
        }
        Event::Signed(statement) => format!("signed by {}", statement.name),
        _ => return None,
    })
}

/// What it was done against, where it took a consent.
fn against(consent: Option<&Consent>) -> String {
    consent.map_or_else(String::new, |consent| format!(" [shown against it: {}]", consent.shown))
}

/// The name of `value` in the journal.
pub(super) fn serialised(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}
