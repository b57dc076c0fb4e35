//! The shapes a line may have, and the table that lists them.

use super::*;

#[test]
fn each_kind_takes_only_its_own_shape() {
    let misshapen = |kind, line| matches!(refusal(kind, line).problem, Problem::Shape { .. });
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

#[test]
fn an_entry_has_as_many_lines_as_its_row_allows() {
    let gate_of = |lines: &[&str]| {
        let text = format!("[commands.search_log]\nlines = {lines:?}\n");
        let dialect = Dialect::over_built_in(&text, "test").expect("in form");
        Gate::new(Role::Dr, &dialect, Access::ReadOnly).map(|_| ()).map_err(|error| error.problem)
    };
    let word = "show log matching namespace";
    assert_eq!(gate_of(&[]), Err(Problem::LineCount));
    assert_eq!(gate_of(&[word; 4]), Ok(()));
    assert_eq!(gate_of(&[word; 5]), Err(Problem::LineCount));
    let dialect =
        Dialect::over_built_in("[commands.show_log]\nlines = [\"show log\", \"show log\"]\n", "test");
    let gate = Gate::new(Role::Dr, &dialect.expect("in form"), Access::ReadOnly);
    assert_eq!(gate.expect_err("two lines").problem, Problem::LineCount);
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
