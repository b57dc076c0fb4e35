//! The password that `enable` asks for.

use super::*;

#[tokio::test(start_paused = true)]
async fn the_enable_password_is_typed_once_and_never_shown() {
    let secret = Secret::new("hunter2").expect("typeable");
    assert!(!format!("{secret:?}").contains("hunter2"));
    let steps = vec![
        say("ava > "),
        Step::Hear(b"enable\r"),
        say("enable\r\nPassword: "),
        Step::Hear(b"hunter2\r"),
        say("\r\nava # "),
        // What was typed beside it would be heard here.
        Step::Hear(b"show version\r"),
        say("show version\r\nProduct: x\r\nava # "),
    ];
    let mut shell = login(steps, Some(secret)).await.expect("a prompt");
    let gate = gate();
    shell.enter_mode(&gate, Mode::Enable).await.expect("enable mode");
    assert_eq!(shell.mode(), Mode::Enable);
    assert!(!format!("{shell:?}").contains("hunter2"));
    let next = shell.ask(gate.question(Sendable::ShowVersion).expect("allowed")).await.expect("a reply");
    assert_eq!(next.text(), b"Product: x\n");
}

#[tokio::test(start_paused = true)]
async fn the_enable_password_answers_no_line_but_enable() {
    let gate = gate();
    let action = ActionKind::SetThreads(ThreadCount(128));
    let plan = gate.plan(action).and_then(|plan| gate.approve(&plan)).expect("allowed");
    let version = gate.question(Sendable::ShowVersion).expect("allowed");
    let others = plan.iter().filter(|line| line.kind() != Sendable::Enable).chain([version]);
    for approved in others {
        let steps = vec![
            say("ava # "),
            Step::Hear(format!("{}\r", approved.line()).leak().as_bytes()),
            say(format!("{}\r\nPassword: ", approved.line())),
            // Given up as a reply that does not end.
            Step::Hear(b"\x03"),
            say("^C\r\nava # "),
            Step::Hear(b"\x15\r"),
            say("\r\nava # "),
        ];
        let mut shell = login(steps, Secret::new("hunter2").ok()).await.expect("a prompt");
        let reply = shell.ask(approved).await;
        assert!(matches!(reply, Err(ShellError::TimedOut { .. })), "{}: {reply:?}", approved.line());
        assert!(shell.is_usable(), "{}", approved.line());
    }
}

#[tokio::test(start_paused = true)]
async fn a_password_that_is_missing_or_wrong_is_an_error_and_leaves_the_shell_usable() {
    for (secret, error) in
        [(None, ShellError::NeedsPassword), (Secret::new("x").ok(), ShellError::PasswordRefused)]
    {
        let mut steps = vec![say("ava > "), Step::Hear(b"enable\r"), say("enable\r\nPassword: ")];
        if secret.is_some() {
            steps.extend([Step::Hear(b"x\r"), say("\r\nPassword: ")]);
        }
        steps.extend([Step::Hear(b"\x03"), say("^C\r\nava > "), Step::Hear(b"\x15\r"), say("\r\nava > ")]);
        let mut shell = login(steps, secret).await.expect("a prompt");
        assert_eq!(shell.enter_mode(&gate(), Mode::Enable).await, Err(error));
        assert!(shell.is_usable());
        assert_eq!(shell.mode(), Mode::Normal);
    }
}

#[tokio::test(start_paused = true)]
async fn a_password_after_which_the_prompt_is_the_old_one_was_wrong() {
    let steps = vec![
        say("ava > "),
        Step::Hear(b"enable\r"),
        say("enable\r\nPassword: "),
        Step::Hear(b"x\r"),
        say("\r\n% Incorrect password.\r\nava > "),
        Step::Hear(b"\x03"),
        say("^C\r\nava > "),
        Step::Hear(b"\x15\r"),
        say("\r\nava > "),
    ];
    let mut shell = login(steps, Secret::new("x").ok()).await.expect("a prompt");
    assert_eq!(shell.enter_mode(&gate(), Mode::Enable).await, Err(ShellError::PasswordRefused));
    assert!(shell.is_usable());
}

#[test]
fn a_password_that_would_end_the_line_is_refused() {
    for text in ["", "a\rb", "a\nb", "a\u{3}"] {
        assert_eq!(Secret::new(text).err(), Some(secret::SecretError), "{text:?}");
    }
}
