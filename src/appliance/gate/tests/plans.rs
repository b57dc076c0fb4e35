//! Questions and plans: to which appliance, and with which access.

use super::*;

#[test]
fn an_older_file_of_the_log_is_asked_for_by_number_and_never_by_the_words_alone() {
    let gate = gate(Role::Dr, Access::ReadOnly);
    let line = gate.archived_log(NonZeroU8::new(3).unwrap()).expect("a question of the DR appliance");
    assert_eq!(line.line(), "show log files 3");
    let refused = Refusal::NotAQuestionHere { kind: Sendable::ArchivedLog, role: Role::Dr };
    assert_eq!(gate.question(Sendable::ArchivedLog), Err(refused.clone()));
    assert_eq!(gate.questions(Sendable::ArchivedLog), Err(refused));
}

#[test]
fn every_question_is_asked_only_of_its_own_appliance() {
    for kind in Sendable::all() {
        for role in [Role::Primary, Role::Dr] {
            let gate = gate(role, Access::ReadAndChange);
            let allowed = !kind.is_change() && kind.role().is_none_or(|only| only == role);
            let asked = match kind {
                // Its words are whole only with a number.
                Sendable::ArchivedLog => gate.archived_log(NonZeroU8::MIN).is_ok(),
                _ => gate.question(kind).is_ok(),
            };
            assert_eq!(asked, allowed, "{kind:?} of the {role}");
        }
    }
    assert!(gate(Role::Primary, Access::ReadOnly).question(Sendable::GetCounter).is_err());
    assert!(gate(Role::Dr, Access::ReadOnly).question(Sendable::BucketListing).is_err());
}

#[test]
fn a_plan_shows_every_line_in_order_and_the_least_certainty() {
    let plan = gate(Role::Primary, Access::ReadAndChange).plan(ActionKind::Pause).expect("allowed");
    assert_eq!(plan.lines, ["enable", "configure terminal", "no replication enable", "exit"]);
    assert_eq!(plan.certainty, Certainty::Unknown);
    let action = ActionKind::SetThreads(ThreadCount(128));
    let plan = gate(Role::Dr, Access::ReadAndChange).plan(action).expect("allowed");
    assert_eq!(plan.lines, ["enable", "configure terminal", "replication num-threads 128", "exit"]);
    assert_eq!(plan.certainty, Certainty::Documented);
}

#[test]
fn actions_pass_only_at_their_role_with_a_writing_half_and_in_range() {
    let threads = |count| ActionKind::SetThreads(ThreadCount(count));
    for action in [ActionKind::Pause, ActionKind::Resume, threads(16)] {
        for role in [Role::Primary, Role::Dr] {
            let changing = gate(role, Access::ReadAndChange);
            assert_eq!(changing.plan(action).is_ok(), action.role() == role, "{action} on {role}");
            let reading = gate(role, Access::ReadOnly);
            assert_eq!(reading.plan(action), Err(Refusal::ReadOnly { action }));
        }
    }
    for count in [0, 15, 129, u32::MAX] {
        let refused = gate(Role::Dr, Access::ReadAndChange).plan(threads(count));
        assert_eq!(refused, Err(Refusal::ThreadsOutOfRange { threads: count }));
    }
}

#[test]
fn only_the_gates_own_plan_is_approved() {
    let gate = gate(Role::Primary, Access::ReadAndChange);
    let mut plan = gate.plan(ActionKind::Pause).expect("allowed");
    let lines = gate.approve(&plan).expect("its own plan");
    assert_eq!(lines.iter().map(Approved::line).collect::<Vec<_>>(), plan.lines);
    plan.lines[2] = "reload".into();
    assert_eq!(gate.approve(&plan), Err(Refusal::NotThePlan { action: ActionKind::Pause }));
}

#[test]
fn a_line_may_take_as_long_as_its_entry_says() {
    let text = "[commands.show_log]\nlimit_seconds = 77\n";
    let dialect = Dialect::over_built_in(text, "test").expect("in form");
    let gate = Gate::new(Role::Dr, &dialect, Access::ReadOnly).expect("valid");
    let limit = gate.question(Sendable::ShowLog).expect("a question of the DR appliance").limit();
    assert_eq!(limit, Duration::from_secs(77));
}
