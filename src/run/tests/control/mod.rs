//! Actions: whether one may be taken, by whom, and what became of it.

mod authorize;
mod pair;
mod simulated;
mod statements;
mod table;
mod take_back;
mod threads;

use super::*;

fn off(story: &Story, action: ActionKind) -> String {
    match authorize(&story.run, action) {
        Authorization::Off { reason } => reason,
        other => panic!("{action} should be off: {other:?}"),
    }
}

fn allowed(story: &Story, action: ActionKind) -> Vec<String> {
    match authorize(&story.run, action) {
        Authorization::Allowed { phrase, warnings } => {
            let name = if action.role() == Role::Primary { "prod" } else { "dr" };
            assert_eq!(phrase, name);
            warnings
        }
        other => panic!("{action} should be allowed: {other:?}"),
    }
}

fn locked(story: &Story) -> bool {
    match authorize(&story.run, ActionKind::Resume) {
        Authorization::Locked { phrase, .. } => {
            assert_eq!(phrase, "prod");
            true
        }
        _ => false,
    }
}
