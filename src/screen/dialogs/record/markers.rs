//! Which of the stage markers written before the watch began belong to this test.

use crossterm::event::{KeyCode, KeyEvent};

use crate::{
    run::{Marker, MarkerPlace, Phase, PriorMarker, Run},
    screen::dialogs::{Body, Content, Facts, Intent, Reply, Sheet, Tone, choose},
    text::age,
};

/// The dialog: which row the arrow keys are at, which markers are ticked, and whether it is asked to
/// confirm them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Markers {
    at: usize,
    ticked: Vec<MarkerPlace>,
    asks: bool,
}

const fn meaning(marker: Marker) -> &'static str {
    match marker {
        Marker::DownloadStarted => "stage 1 began",
        Marker::DownloadComplete => "stage 1 was over",
        Marker::NamespaceComplete => "the namespace was generated",
        Marker::RestoreSuccessful => "the restore was successful",
        Marker::RestoreFailed => "the restore failed",
    }
}

fn when(marker: &PriorMarker, facts: &Facts<'_>) -> String {
    marker.written_at(facts.run).map_or_else(
        || "at a time that the line does not show".to_owned(),
        |at| format!("{} ago, {}", age(facts.now.since(at)), at.in_words()),
    )
}

/// Whether older markers can still be claimed.
fn is_open(run: &Run) -> bool {
    !run.prior_markers.is_empty() && run.phases.current < Phase::InUse
}

impl Content for Markers {
    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        if !is_open(facts.run) {
            return if key.code == KeyCode::Enter { Reply::Close } else { Reply::Stay };
        }
        if self.asks {
            return self.on_answer(key);
        }
        let markers = &facts.run.prior_markers;
        match key.code {
            KeyCode::Enter => self.asks = true,
            KeyCode::Char(' ') => {
                if let Some(marker) = markers.get(self.at) {
                    self.tick(marker.place);
                }
            }
            _ => {
                choose(&mut self.at, markers.len(), key);
            }
        }
        Reply::Stay
    }

    fn obstacle(&self, facts: &Facts<'_>) -> Option<String> {
        (!is_open(facts.run)).then(|| NOTHING_WAITS.to_owned())
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        if !is_open(facts.run) {
            body.text(Tone::Text, NOTHING_WAITS);
            return Sheet::new(TITLE, Tone::Text, body);
        }
        if self.asks { self.question(facts, body) } else { self.choice(facts, body) }
    }
}

impl Markers {
    fn on_answer(&mut self, key: KeyEvent) -> Reply {
        match key.code {
            KeyCode::Char('y' | 'Y') => Reply::Done(Intent::ClaimMarkers(self.ticked.clone())),
            KeyCode::Char('n' | 'N') | KeyCode::Backspace => {
                self.asks = false;
                Reply::Stay
            }
            _ => Reply::Stay,
        }
    }

    fn tick(&mut self, place: MarkerPlace) {
        match self.ticked.iter().position(|ticked| *ticked == place) {
            Some(index) => drop(self.ticked.remove(index)),
            None => self.ticked.push(place),
        }
    }

    fn choice(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        let markers = &facts.run.prior_markers;
        let older = "These lines stood in the DR appliance's log before this run began. Tick those that belong to \
                     this test; the others are of an earlier restore and are ignored.";
        let like = "Lines marked ? only have the words of a stage marker, in a form that drwatch does not know. Read \
                    them, and tick those that are one of this test.";
        if has_older(facts.run) {
            body.text(Tone::Text, older);
        }
        if markers.iter().any(|marker| marker.found.near) {
            body.text(Tone::Text, like);
        }
        body.blank();
        let first = body.rows();
        for (index, marker) in facts.run.prior_markers.iter().enumerate() {
            let tick = if self.ticked.contains(&marker.place) { "[x]" } else { "[ ]" };
            let words = meaning(marker.found.marker);
            let like = if marker.found.near { "? " } else { "" };
            body.choice(index == self.at, &format!("{tick} {like}{words} {}", when(marker, facts)));
        }
        if let Some(marker) = facts.run.prior_markers.get(self.at) {
            body.blank();
            body.text(Tone::Quiet, &marker.found.raw);
        }
        let keys = [("Space", "tick"), ("Enter", "next"), ("Esc", "decide later")];
        Sheet::new(title(facts.run), Tone::Attention, body).keep(first + self.at).keys(&keys)
    }

    fn question(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        let ticked = facts.run.prior_markers.iter().filter(|marker| self.ticked.contains(&marker.place));
        let ticked: Vec<_> = ticked.collect();
        if ticked.is_empty() {
            body.text(Tone::Strong, "None of them belongs to this test.");
            body.text(Tone::Text, "No phase changes; the stages end by what is logged from here on.");
        } else {
            body.text(Tone::Strong, "To this test belong:");
            for marker in ticked {
                let words = meaning(marker.found.marker);
                body.hanging("  ", Tone::Text, &format!("{words} {}", when(marker, facts)));
            }
            body.blank();
            body.warning(
                "The phases change accordingly, and cannot be taken back. Times before this run began are \
                 the appliance's own.",
            );
        }
        let keys = [("y", "record"), ("n", "back"), ("Esc", "decide later")];
        Sheet::new(title(facts.run), Tone::Attention, body).keys(&keys)
    }
}

const NOTHING_WAITS: &str = "There is nothing to decide.";

const TITLE: &str = "Markers of an earlier time";

fn has_older(run: &Run) -> bool {
    run.prior_markers.iter().any(|marker| !marker.found.near)
}

fn title(run: &Run) -> &'static str {
    if has_older(run) { TITLE } else { "Lines like a stage marker" }
}
