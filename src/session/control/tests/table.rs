//! Every cell of phase × policy × action × course of events, each a watch of its own: what consent the
//! action takes, what was really sent, and how often, what became of it, what is then known of the
//! appliance, and which finding it leaves. Drops and refusals are the simulated appliance's doing.

use std::fmt::Write as _;

use super::*;
use crate::{
    run::{Code, Known, Reading, ResumePolicy},
    simulator::{Course as Grief, LineFault},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    Ok,
    Rejected,
    DroppedBeforeAnswer,
    DroppedBeforeReadBack,
    ChangedByOther,
}

const COURSES: [Course; 5] = [
    Course::Ok,
    Course::Rejected,
    Course::DroppedBeforeAnswer,
    Course::DroppedBeforeReadBack,
    Course::ChangedByOther,
];
const PHASES: [Phase; 5] = [Phase::Prepare, Phase::Stage1, Phase::Stage2, Phase::InUse, Phase::Ended];
const POLICIES: [ResumePolicy; 2] = [ResumePolicy::PausedThroughout, ResumePolicy::ResumeAfterStage1];
const ACTIONS: [ActionKind; 3] = [ActionKind::Pause, ActionKind::Resume, THREADS];

/// Findings that speak of control.
const CONTROL: [Code; 4] =
    [Code::ReplicationChangedByOthers, Code::PolicyOverridden, Code::ActionRejected, Code::ActionUnknown];

/// How long contact is lost, in seconds.
const AWAY: u32 = 20;

/// One cell of the table.
#[derive(Clone, Copy, Debug)]
struct Cell {
    phase: Phase,
    policy: ResumePolicy,
    action: ActionKind,
    course: Course,
}

/// What became of a cell.
#[derive(Debug, PartialEq, Eq)]
struct Came {
    consent: &'static str,
    /// Whether a wish without that consent was refused and nothing sent.
    guarded: bool,
    /// How often the line of the action was sent.
    sent: usize,
    outcome: Option<&'static str>,
    known: String,
    findings: Vec<Code>,
}

impl Cell {
    fn all() -> Vec<Self> {
        let mut cells = Vec::new();
        for phase in PHASES {
            for policy in POLICIES {
                for action in ACTIONS {
                    cells.extend(COURSES.map(|course| Self { phase, policy, action, course }));
                }
            }
        }
        cells
    }

    const fn drops(&self) -> bool {
        matches!(self.course, Course::DroppedBeforeAnswer | Course::DroppedBeforeReadBack)
    }

    /// A pause after the first stage needs a resume before it, which needs a pause.
    fn times_before(&self) -> usize {
        usize::from(self.action == ActionKind::Pause && self.phase > Phase::Prepare)
    }

    /// A world long enough in the phase, in which the line comes to the grief of the course.
    fn scenario(&self) -> Scenario {
        let mut scenario = quick();
        match self.phase {
            // Sixteen threads take some ten minutes for it.
            Phase::Stage1 => scenario.bucket = Scenario::named("procedure").unwrap().bucket,
            Phase::Stage2 => scenario.generation.seconds = 600,
            Phase::Prepare | Phase::InUse | Phase::Ended => {}
        }
        let course = match self.course {
            Course::Ok | Course::ChangedByOther => return scenario,
            Course::Rejected => Grief::Refused("% Insufficient permissions".to_owned()),
            Course::DroppedBeforeAnswer => Grief::LostBefore(AWAY),
            Course::DroppedBeforeReadBack => Grief::LostAtReading(AWAY),
        };
        let (role, line) = (self.action.role(), line_of(self.action).to_owned());
        scenario.line_fault.push(LineFault { role, line, time: self.times_before() + 1, course });
        scenario
    }

    /// A watch in the phase, in a state in which the action has something to change.
    async fn watched(&self) -> Watched {
        let settings = RunSettings { resume_policy: self.policy, ..RunSettings::default() };
        let mut watched = Watched::start(self.scenario(), settings);
        watched.ready().await;
        if self.phase > Phase::Prepare || self.action != ActionKind::Pause {
            watched.act(ActionKind::Pause).await;
            watched.until("a listing", |run| run.listing.as_ref().is_some_and(|l| !l.provisional)).await;
        }
        watched.go_to(self.phase).await;
        if self.times_before() > 0 {
            watched.act(ActionKind::Resume).await;
            // What that resume accounts for is over.
            watched.for_seconds(60).await;
        }
        assert_eq!(watched.run().phase(), self.phase, "{self:?}");
        watched
    }

    async fn play(&self) -> Came {
        let mut watched = self.watched().await;
        let before = watched.run().last;
        let sent_before = watched.sent(self.action.role(), line_of(self.action));
        let consent = word(&authorize(watched.run(), self.action));
        let bare = ActionRequest { action: self.action, r#override: None, statement: None, typed: None };
        let guarded = if consent == "allowed" {
            true
        } else {
            let refused = watched.event_loop.act(bare).is_err();
            watched.for_seconds(5).await;
            refused && watched.sent(self.action.role(), line_of(self.action)) == sent_before
        };
        let asked_at = watched.run().last_at;
        let id = if self.course == Course::ChangedByOther {
            watched.by_hand(self.action.role(), line_of(self.action));
            None
        } else {
            Some(watched.act(self.action).await)
        };
        // Whatever would be sent a second time would be by then.
        watched.for_seconds(100).await;
        let run = watched.run();
        assert!(run.primary.link == Link::Connected && run.dr.link == Link::Connected, "{self:?}");
        let was_cut = run.appliance(self.action.role()).link_since > asked_at;
        assert_eq!(was_cut, self.drops(), "{self:?}: {:?}", run.actions);
        let mut findings: Vec<_> = run
            .open_findings()
            .filter(|finding| finding.record > before && CONTROL.contains(&finding.code))
            .map(|finding| finding.code)
            .collect();
        findings.sort();
        let known = match (self.action, run.replication.state) {
            (ActionKind::SetThreads(_), _) => match &run.threads.as_ref().unwrap().reading {
                Reading::Known(count) => count.to_string(),
                other => format!("{other:?}"),
            },
            (_, Known::Paused) => "paused".to_owned(),
            (_, Known::Running) => "running".to_owned(),
            (_, other) => format!("{other:?}"),
        };
        let came = Came {
            consent,
            guarded,
            sent: watched.sent(self.action.role(), line_of(self.action)) - sent_before,
            outcome: id.map(|id| state_of(run, id).word()),
            known,
            findings,
        };
        let wrong_role = watched.changes().into_iter().any(|(role, line)| {
            (role == Role::Dr) != line.contains("num-threads")
                || (role == Role::Dr) == line.ends_with("enable")
        });
        assert!(!wrong_role, "{self:?}: {:?}", watched.changes());
        let replayed = watched.replayed();
        assert!(replayed == *watched.run(), "{self:?}: the record tells another run");
        came
    }

    /// What the cell has to come to.
    fn expected(&self) -> Came {
        let consent = self.consent();
        let ours = self.course != Course::ChangedByOther;
        let changed = !matches!(self.course, Course::Rejected | Course::DroppedBeforeAnswer);
        let mut findings = Vec::new();
        if !ours && !matches!(self.action, ActionKind::SetThreads(_)) {
            findings.push(Code::ReplicationChangedByOthers);
        }
        if self.course == Course::Rejected {
            findings.push(Code::ActionRejected);
        }
        if ours && consent == "locked" {
            findings.push(Code::PolicyOverridden);
        }
        findings.sort();
        let known = match (self.action, changed) {
            (ActionKind::Pause, true) | (ActionKind::Resume, false) => "paused",
            (ActionKind::Pause, false) | (ActionKind::Resume, true) => "running",
            (ActionKind::SetThreads(_), true) => "128",
            (ActionKind::SetThreads(_), false) => "16",
        };
        Came {
            consent,
            guarded: true,
            sent: usize::from(ours),
            outcome: match self.course {
                Course::Ok | Course::DroppedBeforeReadBack => Some("confirmed"),
                Course::Rejected => Some("rejected"),
                // Nobody refused the line; that nothing has changed is known only as of the readings.
                Course::DroppedBeforeAnswer => Some("unknown"),
                Course::ChangedByOther => None,
            },
            known: known.to_owned(),
            findings,
        }
    }

    const fn consent(&self) -> &'static str {
        match (self.action, self.phase, self.policy) {
            (ActionKind::Pause | ActionKind::SetThreads(_), ..) | (ActionKind::Resume, Phase::Ended, _) => {
                "allowed"
            }
            (_, _, ResumePolicy::PausedThroughout)
            | (_, Phase::Prepare | Phase::Stage1, ResumePolicy::ResumeAfterStage1) => "locked",
            (_, Phase::Stage2 | Phase::InUse, ResumePolicy::ResumeAfterStage1) => "statement",
        }
    }
}

pub(super) fn word(verdict: &Authorization) -> &'static str {
    match verdict {
        Authorization::Allowed { .. } => "allowed",
        Authorization::NeedsStatement { .. } => "statement",
        Authorization::Locked { .. } => "locked",
        Authorization::NeedsConfirmation => "names",
        Authorization::Off { .. } => "off",
    }
}

/// Plays every cell of `cells` on a runtime, and thus a virtual clock, of its own.
fn played(cells: &[Cell]) -> Vec<Came> {
    let play = |cell: &Cell| {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().start_paused(true).build().unwrap().block_on(cell.play())
    };
    cells.iter().map(play).collect()
}

#[test]
fn every_cell_has_its_outcome_through_the_real_client() {
    let cells = Cell::all();
    assert_eq!(cells.len(), 150);
    let (one, other) = cells.split_at(cells.len() / 2);
    let came = std::thread::scope(|scope| {
        let other = scope.spawn(|| played(other));
        let mut came = played(one);
        came.extend(other.join().unwrap());
        came
    });
    let mut table = String::from(
        "| phase | policy | action | course | consent | sent | outcome | then known | findings of control |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    let mut wrong = Vec::new();
    for (cell, came) in cells.iter().zip(&came) {
        let names: Vec<_> = came.findings.iter().map(ToString::to_string).collect();
        let row = format!(
            "| {} | {:?} | {} | {:?} | {} | {} | {} | {} | {} |",
            cell.phase.name(),
            cell.policy,
            cell.action.word(),
            cell.course,
            came.consent,
            came.sent,
            came.outcome.unwrap_or("not ours"),
            came.known,
            names.join(", "),
        );
        writeln!(table, "{row}").unwrap();
        let expected = cell.expected();
        if *came != expected {
            wrong.push(format!("{row}\n  expected {expected:?}\n  came     {came:?}"));
        }
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{} of {} cells:\n{}", wrong.len(), cells.len(), wrong.join("\n"));
}
