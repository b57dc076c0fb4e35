//! A prompt with the name of another host.

use super::*;

/// A shell for `ava-prod` whose appliance says each of `said` after the line before it was typed; what the
/// shell typed in all, and the last result.
async fn typed_to(
    dialect: Dialect,
    said: &[&str],
    lines: &[(Sendable, &str)],
) -> (String, Result<Mode, ShellError>) {
    let (ours, mut theirs) = duplex(1 << 16);
    let clock = Clock::scaled(Timestamp::new(chrono::DateTime::UNIX_EPOCH), 1.0);
    let mut said = said.iter();
    let mut say_next = async |theirs: &mut DuplexStream| {
        if let Some(text) = said.next() {
            theirs.write_all(text.as_bytes()).await.expect("the shell listens");
        }
    };
    say_next(&mut theirs).await;
    let gate = Gate::new(Role::Primary, &dialect, Access::ReadAndChange).expect("valid");
    let login = Shell::login(Box::new(ours), Arc::new(dialect), clock, None, Some("ava-prod")).await;
    let mut result = login.as_ref().map(Shell::mode).map_err(Clone::clone);
    if let Ok(mut shell) = login {
        let plan = gate.plan(ActionKind::Pause).and_then(|plan| gate.approve(&plan)).expect("a plan");
        for (kind, _) in lines {
            let approved = plan.iter().find(|line| line.kind() == *kind).expect("of the plan");
            let (reply, ()) = tokio::join!(shell.ask(approved), say_next(&mut theirs));
            result = reply.map(|_| shell.mode());
            if result.is_err() {
                assert!(!shell.is_usable());
                let again = shell.ask(approved).await;
                assert!(matches!(again, Err(ShellError::Closed { .. })), "nothing more is typed: {again:?}");
                break;
            }
        }
    }
    let mut typed = vec![0; 4096];
    let count = tokio::time::timeout(Duration::from_mins(2), theirs.read(&mut typed))
        .await
        .map_or(0, |read| read.unwrap_or(0));
    (String::from_utf8_lossy(&typed[..count]).replace('\r', "|"), result)
}

const PAUSE: [(Sendable, &str); 3] =
    [(Sendable::Enable, "enable"), (Sendable::Configure, "configure terminal"), (Sendable::Pause, "pause")];

fn other(found: &str) -> ShellError {
    ShellError::OtherHost { expected: "ava-prod".into(), found: found.into() }
}

#[tokio::test(start_paused = true)]
async fn a_prompt_with_another_name_ends_the_shell_and_nothing_further_is_typed() {
    for (said, typed, found) in [
        (&["ava-other > "][..], "", "ava-other"),
        (&["ava-prod > ", "enable\r\nava-other # "], "enable|", "ava-other"),
        (
            &["ava-prod > ", "enable\r\nava-prod # ", "configure terminal\r\nava-other (config) # "],
            "enable|configure terminal|",
            "ava-other",
        ),
        // Shortened, which this dialect does not allow for.
        (
            &["ava-prod > ", "enable\r\nava-prod # ", "configure terminal\r\nava-pr (config) # "],
            "enable|configure terminal|",
            "ava-pr",
        ),
        // Said unasked, right behind the prompt.
        (&["ava-prod > ", "enable\r\nava-prod # \r\nava-other # "], "enable|", "ava-other"),
    ] {
        let (heard, result) = typed_to(Dialect::built_in(), said, &PAUSE).await;
        assert_eq!((heard.as_str(), result), (typed, Err(other(found))), "{said:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_shortened_in_configuration_mode_is_accepted_where_the_dialect_says_so() {
    let dialect =
        || Dialect::over_built_in("[prompts]\nconfig_shortens_name = true\n", "test").expect("in form");
    let said = |short: &str| {
        [
            "ava-prod > ".to_owned(),
            "enable\r\nava-prod # ".to_owned(),
            format!("configure terminal\r\n{short} (config) # "),
            format!("no replication enable\r\n{short} (config) # "),
        ]
    };
    for (short, passes) in
        [("ava-pr", true), ("ava-", true), ("ava", false), ("ava-x", false), ("ava-prod2", false)]
    {
        let said = said(short);
        let said: Vec<&str> = said.iter().map(String::as_str).collect();
        let (heard, result) = typed_to(dialect(), &said, &PAUSE).await;
        assert_eq!(heard.ends_with("no replication enable|"), passes, "{short}: {heard}");
        assert_eq!(result, if passes { Ok(Mode::Config) } else { Err(other(short)) }, "{short}");
    }
    let said = ["ava-prod > ", "enable\r\nava-pr # "];
    let (_, result) = typed_to(dialect(), &said, &PAUSE).await;
    assert_eq!(result, Err(other("ava-pr")), "in configuration mode alone");
}

#[tokio::test(start_paused = true)]
async fn another_name_said_while_nothing_is_asked_is_noticed_before_the_next_line() {
    let steps = vec![
        Step::Hear(b"show version\r"),
        say("show version\r\nava-dr # "),
        Step::Wait(1000),
        say("\r\nnode2 # "),
    ];
    let (mut shell, _) = asked(Sendable::ShowVersion, steps).await;
    let idle = tokio::time::timeout(Duration::from_secs(5), shell.idle()).await;
    assert!(idle.is_err(), "the stream stands");
    let gate = gate();
    let reply = shell.ask(gate.question(Sendable::ShowInfo).expect("allowed")).await;
    assert_eq!(reply, Err(ShellError::OtherHost { expected: "ava-dr".into(), found: "node2".into() }));
}
