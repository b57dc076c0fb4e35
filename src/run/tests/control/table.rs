//! Every cell of phase × policy × action × course of events: what may be asked for, what is then known of the
//! appliance, and which finding it leaves. The expectations are stated here by rule, and the table they make is written
//! to the test's output. What becomes of the action is told here, as a part of the course; that it does is for the
//! tests of `watch::control`.

use std::fmt::Write as _;

use super::*;

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
const ACTIONS: [ActionKind; 3] =
    [ActionKind::Pause, ActionKind::Resume, ActionKind::SetThreads(ThreadCount(128))];

/// A story in `phase`, in a state in which `action` has something to change.
fn told(phase: Phase, policy: ResumePolicy, action: ActionKind) -> Story {
    let mut story = match phase {
        Phase::Prepare => {
            let mut story = Story::connected();
            story.service_stopped();
            story.act(ActionKind::Pause);
            story.listing(1331, 1331, ListingCause::Paused);
            story
        }
        Phase::Stage1 => Story::in_stage_1(),
        Phase::Stage2 => Story::in_stage_2(),
        Phase::InUse => Story::in_use(),
        Phase::Ended => Story::ended(),
    };
    story.run.started.settings.resume_policy = policy;
    story.wait(1);
    if action == ActionKind::Pause {
        story.act(ActionKind::Resume);
    } else {
        story.replication(ReplicationState::Paused);
    }
    story.threads(16);
    assert_eq!(story.run.phase(), phase);
    story
}

/// The judgement that the issue asks for.
fn consent(phase: Phase, policy: ResumePolicy, action: ActionKind) -> &'static str {
    match (action, phase, policy) {
        (ActionKind::Pause | ActionKind::SetThreads(_), ..) | (ActionKind::Resume, Phase::Ended, _) => {
            "allowed"
        }
        (_, _, ResumePolicy::PausedThroughout)
        | (_, Phase::Prepare | Phase::Stage1, ResumePolicy::ResumeAfterStage1) => "locked",
        (_, Phase::Stage2 | Phase::InUse, ResumePolicy::ResumeAfterStage1) => "statement",
    }
}

fn word(verdict: &Authorization) -> &'static str {
    match verdict {
        Authorization::Allowed { .. } => "allowed",
        Authorization::NeedsStatement { .. } => "statement",
        Authorization::Locked { .. } => "locked",
        Authorization::NeedsConfirmation => "names",
        Authorization::Off { .. } => "off",
    }
}

fn role_away(story: &mut Story, role: Role) {
    let link = Link::Waiting { reason: "gone".to_owned(), retry_at: story.now };
    story.tell(Event::LinkChanged { role, link });
}

fn role_back(story: &mut Story, role: Role) {
    story.wait(5);
    story.tell(Event::LinkChanged { role, link: Link::Connected });
}

/// The appliance's state as `action` leaves it, or as it was before.
fn read(story: &mut Story, action: ActionKind, changed: bool) {
    story.wait(1);
    match (action, changed) {
        (ActionKind::Pause, true) | (ActionKind::Resume, false) => {
            story.replication(ReplicationState::Paused)
        }
        (ActionKind::Pause, false) | (ActionKind::Resume, true) => {
            story.replication(ReplicationState::Running)
        }
        (ActionKind::SetThreads(count), true) => story.threads(count.0),
        (ActionKind::SetThreads(_), false) => story.threads(16),
    };
}

fn ask(story: &mut Story, action: ActionKind) -> ActionId {
    let verdict = authorize(&story.run, action);
    if let Authorization::NeedsStatement { statement, .. } = verdict {
        story.attest(statement);
    }
    let over = matches!(verdict, Authorization::Locked { .. }).then_some("ordered by the head of operations");
    let id = story.request(action, over);
    assert_eq!(word(&authorize(&story.run, action)), "off", "one action at a time");
    assert_eq!(consent_lapsed(&story.run, id), None, "the consent given is the one it takes");
    id
}

/// Plays the course.
fn play(story: &mut Story, action: ActionKind, course: Course) {
    let unknown = || ActionState::Unknown { reason: "the connection was lost".to_owned() };
    match course {
        Course::ChangedByOther => {
            read(story, action, true);
        }
        Course::Ok => {
            let id = ask(story, action);
            story.send(id);
            read(story, action, true);
            story.settle(id, ActionState::Confirmed);
        }
        Course::Rejected => {
            let id = ask(story, action);
            story.send(id);
            story.settle(id, ActionState::Rejected { reason: "% insufficient permissions".to_owned() });
            read(story, action, false);
        }
        // Not known whether the line arrived: it did not, as the reading afterwards shows.
        Course::DroppedBeforeAnswer => {
            let id = ask(story, action);
            role_away(story, action.role());
            assert_eq!(word(&authorize(&story.run, action)), "off", "nothing is sent again by itself");
            story.settle(id, unknown());
            role_back(story, action.role());
            read(story, action, false);
        }
        // The line arrived, the answer too; the connection ended before the state was read back.
        Course::DroppedBeforeReadBack => {
            let id = ask(story, action);
            story.send(id);
            role_away(story, action.role());
            role_back(story, action.role());
            read(story, action, true);
            story.settle(id, ActionState::Confirmed);
        }
    }
}

/// What has to be known of the appliance afterwards.
fn known(action: ActionKind, course: Course) -> String {
    let changed = !matches!(course, Course::Rejected | Course::DroppedBeforeAnswer);
    match (action, changed) {
        (ActionKind::Pause, true) | (ActionKind::Resume, false) => "paused".to_owned(),
        (ActionKind::Pause, false) | (ActionKind::Resume, true) => "running".to_owned(),
        (ActionKind::SetThreads(count), true) => count.to_string(),
        (ActionKind::SetThreads(_), false) => "16".to_owned(),
    }
}

/// The findings that the cell has to have open, of those that speak of control.
fn findings(phase: Phase, policy: ResumePolicy, action: ActionKind, course: Course) -> Vec<Code> {
    let mut codes = Vec::new();
    if course == Course::ChangedByOther && !matches!(action, ActionKind::SetThreads(_)) {
        codes.push(Code::ReplicationChangedByOthers);
    }
    if course == Course::Rejected {
        codes.push(Code::ActionRejected);
    }
    if course != Course::ChangedByOther && consent(phase, policy, action) == "locked" {
        codes.push(Code::PolicyOverridden);
    }
    codes.sort();
    codes
}

const CONTROL: [Code; 3] = [Code::ReplicationChangedByOthers, Code::PolicyOverridden, Code::ActionRejected];

#[test]
fn every_phase_policy_action_and_course_comes_out_as_it_has_to() {
    let mut table = String::from(
        "| phase | policy | action | course | consent | then known | findings of control |\n\
         |---|---|---|---|---|---|---|\n",
    );
    let mut cells = 0;
    let mut wrong = Vec::new();
    for phase in PHASES {
        for policy in POLICIES {
            for action in ACTIONS {
                for course in COURSES {
                    let mut story = told(phase, policy, action);
                    let judged = word(&authorize(&story.run, action));
                    play(&mut story, action, course);
                    let now = match action {
                        ActionKind::SetThreads(_) => {
                            story.run.threads.as_ref().unwrap().reading.known().unwrap().to_string()
                        }
                        _ => format!("{:?}", story.run.replication.state).to_lowercase(),
                    };
                    let mut open: Vec<Code> =
                        story.open().into_iter().filter(|code| CONTROL.contains(code)).collect();
                    open.sort();
                    let expected = findings(phase, policy, action, course);
                    let is_right = judged == consent(phase, policy, action)
                        && now == known(action, course)
                        && open == expected;
                    let names: Vec<_> = open.iter().map(ToString::to_string).collect();
                    let row = format!(
                        "| {} | {policy:?} | {} | {course:?} | {judged} | {now} | {} |",
                        phase.name(),
                        action.word(),
                        names.join(", "),
                    );
                    writeln!(table, "{row}").unwrap();
                    if !is_right {
                        wrong.push(format!("{row} expected {expected:?}"));
                    }
                    cells += 1;
                }
            }
        }
    }
    println!("{table}");
    assert_eq!(cells, 150);
    assert!(wrong.is_empty(), "{} of {cells} cells:\n{}", wrong.len(), wrong.join("\n"));
}
