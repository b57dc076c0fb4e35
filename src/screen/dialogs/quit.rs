//! The question before quitting. Where production is left unprotected it takes a decision: resume
//! now, or leave replication paused.

use crossterm::event::{KeyCode, KeyEvent};

use super::{Body, Command, Content, Facts, Intent, Reply, Sheet, Tone};
use crate::{
    run::{
        ActionKind, ActionRecord, Authorization, Backlog, CleanupCode, CleanupItem, Known, Phase, Role,
        authorize, cleanup,
    },
    screen::{
        paint::{last_reading, pause_length, phase_title_in},
        scene::facts::lacks_sign_off,
    },
    text::time_of_day,
};

#[derive(Clone, Debug)]
pub(super) struct Quit;

impl Content for Quit {
    fn undone(&self) -> Option<&'static str> {
        Some("drwatch goes on")
    }

    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        let may_be_paused = facts.run.may_be_paused();
        match key.code {
            KeyCode::Char('Q') if may_be_paused => Reply::Done(Intent::LeavePaused),
            KeyCode::Char('Q') => Reply::Done(Intent::Quit),
            // Not while paused: leaving production unprotected takes an answer of its own.
            KeyCode::Char('y' | 'Y') if !may_be_paused => Reply::Done(Intent::Quit),
            KeyCode::Char('r' | 'R') if may_be_paused && may_resume(facts) => {
                Reply::Become(ActionKind::Resume)
            }
            KeyCode::Char('c' | 'C') if lacks_sign_off(facts.run) => Reply::Run(Command::Checklist),
            KeyCode::Char('n' | 'N' | 'q') => Reply::Close,
            _ => Reply::Stay,
        }
    }

    /// Quits at once. Where replication stays paused that is recorded as by the dialog's own answer; nothing is sent.
    fn interrupted(&self, facts: &Facts<'_>) -> Option<Intent> {
        let may_be_paused = facts.run.may_be_paused();
        Some(if may_be_paused { Intent::LeavePaused } else { Intent::Quit })
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        let run = facts.run;
        let primary = run.known_name(Role::Primary).unwrap_or("the primary");
        let mut tone = Tone::Attention;
        let mut keys = vec![("Q", "quit"), ("Esc", "stay")];
        match run.replication_state() {
            Known::Paused => {
                tone = Tone::Danger;
                body.bar(Tone::DangerBar, &format!("REPLICATION ON {primary} IS STILL PAUSED"));
                body.blank();
                let length = pause_length(run, facts.now).unwrap_or_default();
                body.value("paused for", Tone::Strong, &length);
                body.text(
                    Tone::Text,
                    "New data on production is not protected in the cloud. Quitting resumes nothing: replication stays paused until somebody resumes it.",
                );
                body.blank();
                body.text(Tone::Strong, "Decide: resume it now, or leave it paused.");
                match authorize(run, ActionKind::Resume) {
                    Authorization::Locked { reason, .. } => body.warning(&format!("A resume now would be against the policy. {reason}")),
                    Authorization::Off { reason } => {
                        body.warning(&format!("It cannot be resumed from here now. {reason}"));
                    }
                    _ => {}
                }
            }
            Known::Running => match run.replication.recovery_under_way().map(|recovery| recovery.backlog) {
                None => body.text(Tone::Text, &format!("Replication on {primary} runs.")),
                Some(Backlog::Waiting(bytes)) => body.warning(&format!(
                    "Replication on {primary} runs again, but {} are still to send: production is not protected yet.",
                    bytes.in_words()
                )),
                Some(_) => body.warning(&format!(
                    "Replication on {primary} runs again, but what is still to send was not read yet."
                )),
            },
            Known::Unknown if let Some(change) = run.change_in_doubt() => {
                tone = Tone::Danger;
                change_in_doubt(primary, change, &mut body);
            }
            Known::Unreadable | Known::Unknown => {
                if run.may_be_paused() {
                    tone = Tone::Danger;
                    body.bar(Tone::DangerBar, &format!("REPLICATION ON {primary} MAY STILL BE PAUSED"));
                    body.blank();
                }
                body.warning(&format!("Whether replication on {primary} is paused is not known."));
                if let Some((word, at)) = last_reading(run) {
                    let last = format!("{word}, at {}", time_of_day(at));
                    body.value("last read", Tone::Strong, &last);
                }
            }
        }
        if run.may_be_paused() {
            let is_paused = run.replication_state() == Known::Paused;
            let leave = if is_paused { "leave it paused and quit" } else { "leave it as it is and quit" };
            keys = vec![("Q", leave), ("Esc", "stay")];
            if may_resume(facts) {
                keys.insert(0, ("r", "resume now"));
            }
        }
        body.blank();
        if run.phases.current == Phase::Ended {
            let paused = run.replication_state() == Known::Paused;
            // The bar above says it already.
            if lacks_sign_off(run) {
                body.warning("The run is not signed off.");
                // What is still to be sent comes before the signature.
                if run.replication.recovery_under_way().is_some() {
                    keys.push(("c", "sign off now"));
                } else {
                    keys.insert(0, ("c", "sign off"));
                }
                if let Some((_, word)) = keys.iter_mut().find(|(key, word)| *key == "Q" && *word == "quit") {
                    *word = "quit anyway";
                }
            }
            let items = cleanup(run, facts.now);
            for signed in items.iter().filter(|item| item.code == CleanupCode::SignOff && item.done) {
                body.text(Tone::Text, &signed.text);
            }
            let is_open = |item: &&CleanupItem| {
                !item.done && (item.required || item.code == CleanupCode::DangersSettled)
            };
            for item in items.iter().filter(is_open) {
                if !paused || item.code != CleanupCode::ReplicationRunning {
                    body.warning(&item.text);
                }
            }
        } else {
            let phase = phase_title_in(run, run.phases.current);
            let (ends, later) = if run.started.demo {
                ("Its appliances and its record end here.", "A demo cannot be continued later.")
            } else {
                (
                    "The appliances go on; the record ends here.",
                    "To continue this record later: drwatch watch --resume. That does not resume replication.",
                )
            };
            body.text(Tone::Text, &format!("The run is not over ({phase}). {ends}"));
            body.text(Tone::Text, later);
        }
        Sheet::new("Quit drwatch?", tone, body).keys(&keys)
    }
}

/// That nothing shows yet what came of a pause or resume.
fn change_in_doubt(primary: &str, change: &ActionRecord, body: &mut Body) {
    body.bar(Tone::DangerBar, &format!("REPLICATION ON {primary} MAY BE PAUSED"));
    body.blank();
    body.text(
        Tone::Text,
        &format!(
            "It is not known yet what came of the request to {}. If it is paused, new data on production is not protected in the cloud, until somebody resumes it.",
            change.plan.action
        ),
    );
    body.value("asked for at", Tone::Strong, &time_of_day(change.requested_at));
    body.blank();
    body.text(Tone::Strong, "Decide: stay until it is read or stated, or leave it as it is.");
}

/// Whether a resume can be asked for at all: allowed, or against the policy with its phrase.
fn may_resume(facts: &Facts<'_>) -> bool {
    let is_off = matches!(authorize(facts.run, ActionKind::Resume), Authorization::Off { .. });
    !is_off && facts.available.plan(ActionKind::Resume).is_some()
}
