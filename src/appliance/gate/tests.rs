//! What may be sent, to whom, and what no dialect can smuggle in.

use super::{switch::Direction, *};

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
fn a_refused_dialect_names_the_line_where_there_is_one() {
    for (line, said) in [("show log x", "used: `show log x` has not"), ("", "used: it is empty")] {
        let error = refusal(Sendable::ShowLog, line).to_string();
        assert!(error.contains(said), "{error}");
    }
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
    let refused = Refusal::NotAQuestionHere { kind: Sendable::ArchivedLog, role: Role::Dr };
    assert_eq!(gate.question(Sendable::ArchivedLog), Err(refused.clone()));
    assert_eq!(gate.questions(Sendable::ArchivedLog), Err(refused));
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

#[test]
fn the_table_has_a_row_for_every_kind_in_order() {
    let kinds: Vec<Sendable> = Sendable::all().collect();
    assert_eq!(kinds.len(), spec::ROWS);
    for (row, kind) in kinds.into_iter().enumerate() {
        assert_eq!(kind as usize, row, "{kind:?}");
        assert_eq!(kind.spec().kind, kind);
        println!(
            "| `{}` | {:?} | {:?} | {:?} | {} | {} |",
            kind.entry(),
            kind.role(),
            kind.spec().half,
            kind.spec().modes,
            kind.spec().max_lines,
            kind.spec().expected
        );
    }
}

#[test]
fn a_counter_is_read_by_the_name_of_a_counter_alone() {
    for line in ["rfsctl exec backend.ops.get", "rfsctl exec a.b2.ops.get_total"] {
        assert!(shape::check(Sendable::GetCounter, line).is_ok(), "{line}");
    }
    for line in [
        "rfsctl exec gc.start",
        "rfsctl exec replicator.pause",
        "rfsctl exec replicator.disable",
        "rfsctl exec replicator.num_threads",
        "rfsctl exec -c backend.ops.get",
        "rfsctl exec backend.get",
        "rfsctl exec get",
        "rfsctl exec .ops.get",
        "rfsctl exec Backend.ops.get",
        "rfsctl exec backend.ops.get gc.start",
        "rfsctl exec backend.ops-.get",
        "rfsctl backend.ops.get",
        "no rfsctl exec backend.ops.get",
        "show log",
    ] {
        assert!(shape::check(Sendable::GetCounter, line).is_err(), "{line}");
    }
    assert!(shape::check(Sendable::ThreadCounter, "rfsctl exec replicator.num_threads").is_ok());
    assert!(shape::check(Sendable::ThreadCounter, "rfsctl exec backend.ops.get").is_err());
}

#[test]
fn a_show_line_takes_at_most_two_words_that_ask_for_detail() {
    for (line, passes) in [
        ("show replication", true),
        ("show replication status", true),
        ("show replication status detail", true),
        ("show replication status detail all", false),
        ("show replication bucket", false),
        ("show replication enable", false),
        ("show", false),
        ("show version", false),
    ] {
        assert_eq!(shape::check(Sendable::ShowReplication, line).is_ok(), passes, "{line}");
    }
    for (line, passes) in [
        ("show log matching namespace", true),
        ("show log matching", false),
        ("show log matching two words", false),
    ] {
        assert_eq!(shape::check(Sendable::SearchLog, line).is_ok(), passes, "{line}");
    }
}

fn dialect_of(pause: &[&str], resume: &[&str]) -> Dialect {
    let text = format!("[commands.pause]\nlines = {pause:?}\n[commands.resume]\nlines = {resume:?}\n");
    Dialect::over_built_in(&text, "test").expect("a dialect in form")
}

#[test]
fn pause_and_resume_have_to_undo_each_other() {
    let accepts = |pause: &[&str], resume: &[&str]| {
        Gate::new(Role::Primary, &dialect_of(pause, resume), Access::ReadAndChange).is_ok()
    };
    for (pause, resume) in [
        ("no replication enable", "replication enable"),
        ("replication disable", "replication enable"),
        ("replication disable", "no replication disable"),
        ("replication pause", "replication resume"),
        ("replication suspend", "replication resume"),
        ("replication suspend", "no replication suspend"),
        ("replication suspend", "replication unsuspend"),
        ("replication suspend enable", "no replication suspend enable"),
        ("replication suspend enable", "replication suspend disable"),
        ("replication stop", "replication start"),
    ] {
        assert!(accepts(&[pause], &[resume]), "{pause} / {resume}");
        assert!(!accepts(&[resume], &[pause]), "swapped: {pause} / {resume}");
        assert!(!accepts(&[pause], &[pause]), "{pause} twice");
        assert!(!accepts(&[resume], &[resume]), "{resume} twice");
    }
    for (pause, resume) in [
        ("no replication enable", "replication resume"),
        ("replication stop", "replication enable"),
        ("replication pause", "replication start"),
    ] {
        assert!(!accepts(&[pause], &[resume]), "crossed: {pause} / {resume}");
    }
    let (two, undone) =
        (["replication pause", "replication stop"], ["replication start", "replication resume"]);
    assert!(accepts(&two, &undone));
    assert!(!accepts(&two, &undone[..1]), "one of two is not undone");
    assert!(!accepts(&two[..1], &undone));
    assert!(!accepts(&two, &["replication start", "replication start"]));
}

#[test]
fn an_entry_has_as_many_lines_as_its_row_allows() {
    let gate_of = |lines: &[&str]| {
        let text = format!("[commands.search_log]\nlines = {lines:?}\n");
        let dialect = Dialect::over_built_in(&text, "test").expect("in form");
        Gate::new(Role::Dr, &dialect, Access::ReadOnly).map(|_| ()).map_err(|error| error.problem().clone())
    };
    let word = "show log matching namespace";
    assert_eq!(gate_of(&[]), Err(Problem::LineCount));
    assert_eq!(gate_of(&[word; 4]), Ok(()));
    assert_eq!(gate_of(&[word; 5]), Err(Problem::LineCount));
    let dialect =
        Dialect::over_built_in("[commands.show_log]\nlines = [\"show log\", \"show log\"]\n", "test");
    let gate = Gate::new(Role::Dr, &dialect.expect("in form"), Access::ReadOnly);
    assert_eq!(gate.expect_err("two lines").problem(), &Problem::LineCount);
}

#[test]
fn a_time_limit_is_of_a_second_to_a_week() {
    let gate_of = |seconds: u64| {
        let text = format!("[commands.show_log]\nlimit_seconds = {seconds}\n");
        let dialect = Dialect::over_built_in(&text, "test").expect("in form");
        Gate::new(Role::Dr, &dialect, Access::ReadOnly).is_ok()
    };
    assert_eq!([0, 1, 604_800, 604_801].map(gate_of), [false, true, true, false]);
}

#[test]
fn no_line_is_longer_than_200_bytes() {
    let line = |length: usize| format!("show log matching {}", "x".repeat(length - 18));
    assert!(shape::check(Sendable::SearchLog, &line(200)).is_ok());
    assert_eq!(shape::check(Sendable::SearchLog, &line(201)), Err(Problem::Length));
}

#[test]
fn a_line_has_one_space_between_words_and_none_around_them() {
    for line in ["", " show info", "show info ", "show  info"] {
        assert_eq!(shape::check(Sendable::ShowInfo, line), Err(Problem::Spacing), "{line:?}");
    }
}

#[test]
fn the_word_service_may_be_the_second_word_of_its_own_question_and_nothing_else() {
    assert_eq!(shape::check(Sendable::ShowService, "show service"), Ok(()));
    for (kind, line) in [
        (Sendable::ShowService, "show service service"),
        (Sendable::ShowService, "show x service"),
        (Sendable::ShowService, "show x-service"),
        (Sendable::ShowInfo, "show service"),
    ] {
        assert_eq!(shape::check(kind, line), Err(Problem::Forbidden("service")), "{line}");
    }
}

#[test]
fn each_line_that_pauses_or_resumes_is_read_so_and_undone_by_its_counterparts_alone() {
    // Each row: lines that pause, and the lines that undo them.
    let rows: [(&[&str], &[&str]); 3] = [
        (
            &["replication disable", "no replication enable"],
            &["replication enable", "no replication disable"],
        ),
        (
            &[
                "replication pause",
                "replication suspend",
                "replication pause enable",
                "no replication resume",
            ],
            &[
                "replication resume",
                "replication unsuspend",
                "replication suspend disable",
                "no replication pause",
            ],
        ),
        (&["replication stop", "no replication start"], &["replication start", "no replication stop"]),
    ];
    let read =
        |line: &&str| Switch::read(&line.split(' ').collect::<Vec<_>>()).expect("a line that switches");
    for (number, (off, _)) in rows.iter().enumerate() {
        for pausing in off.iter().map(read) {
            assert_eq!(pausing.direction, Direction::Off);
            for (other, (off, on)) in rows.iter().enumerate() {
                assert!(off.iter().map(read).all(|same| !pausing.is_opposite_of(same)));
                for resuming in on.iter().map(read) {
                    assert_eq!(resuming.direction, Direction::On);
                    assert_eq!(pausing.is_opposite_of(resuming), number == other);
                    assert_eq!(resuming.is_opposite_of(pausing), number == other);
                }
            }
        }
    }
}

/// Written out once more: a word that disappears from the gate has to be missed.
#[test]
fn every_forbidden_word_is_refused_by_name_in_every_entry() {
    for word in [
        "datastore",
        "format",
        "recovery",
        "service",
        "reload",
        "write",
        "reset",
        "clear",
        "delete",
        "image",
        "halt",
        "reboot",
        "restart",
        "configuration",
        "shutdown",
        "upgrade",
        "downgrade",
        "erase",
        "remove",
        "restore",
        "import",
        "export",
        "upload",
        "boot",
        "user",
        "username",
        "password",
        "aaa",
        "license",
        "kill",
        "destroy",
        "purge",
        "flush",
        "drop",
        "set",
        "shell",
        "expert",
        "factory",
        "wipe",
        "power",
        "debug",
        "file",
        "failover",
        "migrate",
        "unmount",
        "umount",
        "mount",
    ] {
        for kind in Sendable::all().filter(|kind| *kind != Sendable::Configure) {
            for line in [
                format!("show {word}"),
                format!("show x {word}"),
                format!("show a.{word}.b"),
                word.to_owned(),
            ] {
                let is_own = kind == Sendable::ShowService && line == "show service";
                let refused = matches!(shape::check(kind, &line), Err(Problem::Forbidden(_)));
                assert!(refused || is_own, "{}: {line}", kind.entry());
            }
        }
    }
}
