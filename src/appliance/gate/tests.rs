//! What may be sent, to whom, and what no dialect can smuggle in.

use super::*;

const READ_KINDS: [Sendable; 8] = [
    Sendable::ShowVersion,
    Sendable::ShowInfo,
    Sendable::ShowReplication,
    Sendable::BucketListing,
    Sendable::GetCounter,
    Sendable::ThreadCounter,
    Sendable::ShowLog,
    Sendable::FollowLog,
];

fn dialect_with(kind: Sendable, line: &str) -> Dialect {
    let mut table = toml::Table::new();
    table.insert("lines".into(), toml::Value::Array(vec![line.into()]));
    let text = format!("[{}]\n{table}", kind.entry());
    Dialect::over_built_in(&text, "test").expect("a dialect in form")
}

fn refusal(kind: Sendable, line: &str) -> GateError {
    let error = Gate::new(Role::Primary, &dialect_with(kind, line), Access::ReadAndChange)
        .expect_err(&format!("{} must refuse {line:?}", kind.entry()));
    assert_eq!(error.entry(), kind.entry(), "{error}");
    assert!(error.to_string().contains(kind.entry()), "{error}");
    error
}

fn gate(role: Role, access: Access) -> Gate {
    Gate::new(role, &Dialect::built_in(), access).expect("the built-in dialect passes")
}

#[test]
fn no_entry_can_smuggle_in_what_is_never_sent() {
    for kind in Sendable::all() {
        for line in [
            "datastore format local",
            "no service enable",
            "service enable",
            "replication recovery enable",
            "show version; reload",
            "show version | x",
            "show version > x",
            "show !x",
            "show ?",
            "show `x`",
            "enable\nreload",
            "enable\rreload",
            "exit\u{7}",
            "exit\u{1b}[A",
            "exit\u{9}x",
            "show datastör",
            " enable",
            "enable ",
            "",
            "write memory",
            "configuration write",
            "reload halt",
            "image boot 1",
        ] {
            refusal(kind, line);
        }
        refusal(kind, &format!("show {}", "x".repeat(200)));
    }
}

#[test]
fn forbidden_words_count_inside_other_words_and_abbreviated() {
    let forbidden = |kind, line| matches!(refusal(kind, line).problem(), Problem::Forbidden(_));
    for kind in READ_KINDS {
        for line in [
            "show service",
            "show datast",
            "show DATASTORE",
            "rfsctl exec datastore.format",
            "rfsctl exec replicator.reset",
            "rfsctl exec cache_clear.now",
            "show running-configuration",
        ] {
            assert!(forbidden(kind, line), "{line}");
        }
    }
    assert!(forbidden(Sendable::NoPaging, "cli session reset"));
    assert!(forbidden(Sendable::Pause, "replication recov enable"));
}

#[test]
fn each_kind_takes_only_its_own_shape() {
    let misshapen = |kind, line| matches!(refusal(kind, line).problem(), Problem::Shape { .. });
    for kind in Sendable::all() {
        assert!(misshapen(kind, "nonsense"), "{}", kind.entry());
    }
    for kind in READ_KINDS {
        for line in
            ["show", "no replication enable", "rfsctl exec plain", "rfsctl exec a.b c", "rfsctl list a.b"]
        {
            assert!(misshapen(kind, line), "{} {line}", kind.entry());
        }
    }
    for kind in [Sendable::Pause, Sendable::Resume] {
        for line in ["replication", "no no replication enable", "replication num-threads", "show replication"]
        {
            assert!(misshapen(kind, line), "{} {line}", kind.entry());
        }
    }
    assert!(misshapen(Sendable::SetThreads, "replication num-threads 128"));
    assert!(misshapen(Sendable::Leave, "quit"));
    refusal(Sendable::SetThreads, "replication num-threads {threads} {threads}");
    for line in ["show log files 1", "show {file} {file}", "show log x{file}", "show {file} log", "{file}"] {
        assert!(misshapen(Sendable::ArchivedLog, line), "{line}");
    }
}

#[test]
fn an_older_file_of_the_log_is_asked_for_by_number_and_never_by_the_words_alone() {
    let gate = gate(Role::Dr, Access::ReadOnly);
    let line = gate.archived_log(NonZeroU8::new(3).unwrap()).expect("a question of the DR appliance");
    assert_eq!(line.line(), "show log files 3");
    assert!(gate.question(Sendable::ArchivedLog).is_err());
}

#[test]
fn other_words_of_the_right_shape_pass() {
    for (kind, line) in [
        (Sendable::Pause, "replication disable"),
        (Sendable::Resume, "no replication disable"),
        (Sendable::Configure, "config t"),
        (Sendable::ShowReplication, "show replication status"),
        (Sendable::GetCounter, "rfsctl exec backend.ops.get_total"),
        (Sendable::NoAutoLogout, "no cli session auto-logout"),
    ] {
        let passed = Gate::new(Role::Primary, &dialect_with(kind, line), Access::ReadAndChange);
        assert!(passed.is_ok(), "{line}: {passed:?}");
    }
}

#[test]
fn a_wrong_mode_or_limit_is_refused_by_name() {
    for text in ["[commands.pause]\nmode = \"normal\"", "[commands.show_log]\nlimit_seconds = 0"] {
        let dialect = Dialect::over_built_in(text, "test").expect("in form");
        let error = Gate::new(Role::Dr, &dialect, Access::ReadOnly).expect_err(text).to_string();
        assert!(error.contains("commands."), "{error}");
    }
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
