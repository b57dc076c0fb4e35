//! What no line may hold, whatever the dialect says.

use super::*;

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
    let forbidden = |kind, line| matches!(refusal(kind, line).problem, Problem::Forbidden(_));
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
