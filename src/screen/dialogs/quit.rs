//! The question before quitting, loud where production is left unprotected.

use crossterm::event::{KeyCode, KeyEvent};

use super::{Reply, Sheet, sheet::Body};
use crate::{
    run::{Known, Phase, Role},
    screen::{Facts, intent::Intent, panels::phases, scene::name, theme::Tone},
};

pub(super) fn key(key: KeyEvent) -> Reply {
    match key.code {
        KeyCode::Char('y' | 'Y') => Reply::Done(Intent::Quit),
        KeyCode::Char('n' | 'N' | 'q') => Reply::Close,
        _ => Reply::Stay,
    }
}

pub(super) fn sheet(facts: &Facts<'_>, mut body: Body) -> Sheet {
    let run = facts.run;
    let primary = name(run, Role::Primary).unwrap_or("the primary");
    let mut tone = Tone::Attention;
    match run.replication.state {
        Known::Paused => {
            tone = Tone::Danger;
            body.bar(Tone::DangerBar, &format!("REPLICATION ON {primary} IS STILL PAUSED"));
            body.blank();
            let paused = run.replication.paused_for(facts.now).unwrap_or_default();
            body.value("paused for", Tone::Strong, &paused.to_string());
            body.text(
                Tone::Text,
                "New data on production is not protected in the cloud. Quitting does not resume it, and nothing will once drwatch is gone.",
            );
        }
        Known::Running => body.text(Tone::Text, &format!("Replication on {primary} runs.")),
        Known::Unreadable | Known::Unknown => {
            body.warning(&format!("Whether replication on {primary} is paused is not known."));
        }
    }
    body.blank();
    if run.phases.current != Phase::Ended {
        let phase = phases::title(run.phases.current);
        body.text(Tone::Text, &format!("The run is not over ({phase}). The appliances go on; the record ends here, and can be continued with --resume."));
    }
    Sheet::new("Quit drwatch?", tone, body).keys(&[("y", "quit"), ("Esc", "stay")])
}
