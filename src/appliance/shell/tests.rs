//! Prompt framing proved on hostile transcripts.

use tokio::io::{DuplexStream, duplex};

use super::*;
use crate::{
    appliance::gate::{Access, Gate},
    run::{ActionKind, Role, ThreadCount},
};

/// A step of a scripted appliance.
enum Step {
    /// Sends bytes.
    Say(Vec<u8>),
    /// Lets time pass.
    Wait(u64),
    /// Receives just these bytes: neither others nor more.
    Hear(&'static [u8]),
    /// Ends the stream.
    End,
}

fn say(text: impl AsRef<[u8]>) -> Step {
    Step::Say(text.as_ref().to_vec())
}

async fn play(mut stream: DuplexStream, steps: Vec<Step>) {
    for step in steps {
        match step {
            Step::Say(bytes) => stream.write_all(&bytes).await.expect("the shell listens"),
            Step::Wait(millis) => sleep(Duration::from_millis(millis)).await,
            Step::Hear(wanted) => {
                let mut heard = vec![0; wanted.len()];
                stream.read_exact(&mut heard).await.expect("the shell types");
                // The shell sees the stream end, which fails the test.
                assert_eq!(heard.escape_ascii().to_string(), wanted.escape_ascii().to_string());
            }
            Step::End => return,
        }
    }
    std::future::pending::<()>().await;
}

fn gate() -> Gate {
    Gate::new(Role::Dr, &Dialect::built_in(), Access::ReadAndChange).expect("valid")
}

async fn login(steps: Vec<Step>, secret: Option<Secret>) -> Result<Shell, ShellError> {
    let (ours, theirs) = duplex(1 << 16);
    tokio::spawn(play(theirs, steps));
    let clock = Clock::scaled(Timestamp::new(chrono::DateTime::UNIX_EPOCH), 1.0);
    Shell::login(Box::new(ours), Arc::new(Dialect::built_in()), clock, secret, None).await
}

async fn asked(kind: Sendable, mut steps: Vec<Step>) -> (Shell, Result<Reply, ShellError>) {
    steps.insert(0, say("\r\nava-dr # "));
    let mut shell = login(steps, None).await.expect("a prompt");
    let gate = gate();
    let reply = shell.ask(gate.question(kind).expect("allowed")).await;
    (shell, reply)
}

/// The reply to `show version` sent as `raw`, in a shell whose host is not pinned yet.
async fn version(raw: impl AsRef<[u8]>) -> String {
    let (_, reply) = asked(Sendable::ShowVersion, vec![Step::Hear(b"show version\r"), say(raw)]).await;
    String::from_utf8_lossy(&reply.expect("a reply").text()).into_owned()
}

const HOSTILE: &[u8] = b"show version\r\n\rfirst\r\nava-dr # \r\nava-dr > show version\r\nava-dr (config) # x\r\n\x1b[1mava-dr # \x1b[0mtrailing\r\n\0\xff\xfe\r\nab\x08c\rd\r\n\rava-dr # ";

#[tokio::test(start_paused = true)]
async fn prompt_look_alikes_never_end_a_reply_wherever_it_is_cut() {
    for cut in 1..HOSTILE.len() {
        let (head, tail) = HOSTILE.split_at(cut);
        let steps = vec![
            Step::Hear(b"show version\r"),
            say(head),
            Step::Wait(20),
            say(tail),
            Step::Hear(b"show info\r"),
            say("show info\r\nModel: x\r\nava-dr # "),
        ];
        let (mut shell, reply) = asked(Sendable::ShowVersion, steps).await;
        let expected =
            b"first\nava-dr # \nava-dr > show version\nava-dr (config) # x\nava-dr # trailing\n\xff\xfe\nd\n";
        assert_eq!(reply.expect("a reply").text(), expected, "cut at {cut}");
        let gate = gate();
        let next = shell.ask(gate.question(Sendable::ShowInfo).expect("allowed")).await.expect("in step");
        assert_eq!(next.text(), b"Model: x\n", "cut at {cut}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_echo_is_taken_off_in_every_form() {
    for echo in [
        "show version\r\n",
        "show version\r\r\n",
        "\rava-dr # show version\r\n",
        "sho\u{8} \u{8}ow version\r\n",
        "show ver \u{8}sion\r\n",
        "show ver\r\nsion\r\n",
        "\u{1b}[Kshow version\u{1b}[0m\r\n",
        "show version\r\nava-dr # show version\r\n",
        "",
    ] {
        let text = version(format!("{echo}Product name: AltaVault\r\nava-dr # ")).await;
        assert_eq!(text, "Product name: AltaVault\n", "{echo:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_prompt_of_something_before_is_no_reply() {
    let steps = vec![
        Step::Hear(b"show version\r"),
        say("\r\nava-dr # "),
        Step::Wait(200),
        say("show version\r\nProduct name: AltaVault\r\nava-dr # "),
    ];
    let (_, reply) = asked(Sendable::ShowVersion, steps).await;
    assert_eq!(reply.expect("a reply").text(), b"Product name: AltaVault\n");
}

#[tokio::test(start_paused = true)]
async fn prompts_come_in_all_forms_of_the_family() {
    for (prompt, host, mode) in [
        ("amnesiac > ", "amnesiac", Mode::Normal),
        ("\rava [standalone: master] # ", "ava", Mode::Enable),
        ("\u{1b}[1mava\u{1b}[0m (config) # ", "ava", Mode::Config),
        ("ava # \u{8} ", "ava", Mode::Enable),
        ("ava (config interface eth0) # ", "ava", Mode::Config),
    ] {
        let shell = login(vec![say(format!("Last login: x\r\n\r\n{prompt}"))], None).await.expect("a prompt");
        assert_eq!((shell.host(), shell.mode()), (Some(host), mode), "{prompt:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_banner_of_megabytes_is_tolerated_and_not_kept() {
    let mut steps: Vec<Step> = (0..64).map(|_| say("welcome > \r\n# ".repeat(4096))).collect();
    steps.push(say("\r\nava > "));
    let shell = login(steps, None).await.expect("a prompt");
    assert_eq!(shell.host(), Some("ava"));
    assert!(shell.buffer.bytes().len() <= 1 << 17);
}

#[tokio::test(start_paused = true)]
async fn what_looks_like_a_prompt_of_another_host_inside_a_reply_is_a_part_of_it() {
    let steps = vec![
        Step::Hear(b"show version\r"),
        say("show version\r\nx\r\nava-dr # "),
        Step::Hear(b"show info\r"),
        say("show info\r\nnode2 # "),
        Step::Wait(400),
        say("\r\nModel: x\r\nava-dr # "),
    ];
    let (mut shell, _) = asked(Sendable::ShowVersion, steps).await;
    let gate = gate();
    let reply = shell.ask(gate.question(Sendable::ShowInfo).expect("allowed")).await.expect("a reply");
    assert_eq!(reply.text(), b"node2 # \nModel: x\n");
}

#[tokio::test(start_paused = true)]
async fn a_pager_is_answered_page_by_page() {
    for status in ["lines 1-24", "--More--", "\u{1b}[7mlines 1-24\u{1b}[27m", "lines 25-40/40 (END)"] {
        let steps = vec![
            Step::Hear(b"show version\r"),
            say(format!("show version\r\none\r\n{status}")),
            Step::Hear(b" "),
            say(format!("\r\u{1b}[Ktwo\r\n{status}")),
            Step::Hear(b" "),
            say("\r\u{1b}[Kthree\r\nava-dr # "),
        ];
        let (_, reply) = asked(Sendable::ShowVersion, steps).await;
        assert_eq!(reply.expect("a reply").text(), b"one\ntwo\nthree\n", "{status:?}");
    }
}

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
    shell.read_mode(&gate, Mode::Enable).await.expect("enable mode");
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
        assert_eq!(shell.read_mode(&gate(), Mode::Enable).await, Err(error));
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
    assert_eq!(shell.read_mode(&gate(), Mode::Enable).await, Err(ShellError::PasswordRefused));
    assert!(shell.is_usable());
}

#[test]
fn a_password_that_would_end_the_line_is_refused() {
    for text in ["", "a\rb", "a\nb", "a\u{3}"] {
        assert_eq!(Secret::new(text).err(), Some(SecretError), "{text:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn config_mode_is_left_level_by_level() {
    let steps = vec![
        say("ava (config interface x) # "),
        Step::Hear(b"exit\r"),
        say("exit\r\nava (config) # "),
        Step::Hear(b"exit\r"),
        say("exit\r\nava # "),
    ];
    let mut shell = login(steps, None).await.expect("a prompt");
    shell.read_mode(&gate(), Mode::Normal).await.expect("left");
    assert_eq!(shell.mode(), Mode::Enable);
}

#[tokio::test(start_paused = true)]
async fn enable_that_is_refused_gives_the_appliances_words() {
    let steps = vec![
        say("ava > "),
        Step::Hear(b"enable\r"),
        say("enable\r\n% Insufficient permissions\x1b]0;x\x07\r\nava > "),
    ];
    let mut shell = login(steps, None).await.expect("a prompt");
    let error = shell.read_mode(&gate(), Mode::Enable).await.expect_err("refused");
    assert_eq!(error.to_string(), "the appliance refused `enable`: Insufficient permissions");
}

#[tokio::test(start_paused = true)]
async fn set_up_falls_back_and_goes_on_where_the_appliance_refuses() {
    let unknown = "\r\n% Unrecognized command.\r\nava > ";
    let steps = vec![
        say("ava > "),
        Step::Hear(b"no cli session paging enable\r"),
        say(format!("no cli session paging enable{unknown}")),
        Step::Hear(b"terminal length 0\r"),
        say(format!("terminal length 0{unknown}")),
        Step::Hear(b"cli session auto-logout 0\r"),
        say(format!("cli session auto-logout 0{unknown}")),
    ];
    let mut shell = login(steps, None).await.expect("a prompt");
    shell.set_up(&gate()).await.expect("goes on");
    assert!(shell.is_usable());
}

#[tokio::test(start_paused = true)]
async fn an_unanswered_line_is_interrupted_and_the_shell_stays_in_step() {
    let steps = vec![
        Step::Hear(b"show version\r"),
        say("show version\r\nhalf an ans"),
        Step::Hear(b"\x03"),
        say("^C\r\nava-dr # "),
        Step::Hear(b"\x15\r"),
        Step::Wait(100),
        say("\r\nava-dr # "),
        Step::Hear(b"show info\r"),
        say("show info\r\nModel: x\r\nava-dr # "),
    ];
    let (mut shell, reply) = asked(Sendable::ShowVersion, steps).await;
    let Err(ShellError::TimedOut { partial, .. }) = reply else { panic!("{reply:?}") };
    assert!(partial.ends_with(b"half an ans"));
    assert!(shell.is_usable());
    let gate = gate();
    let next = shell.ask(gate.question(Sendable::ShowInfo).expect("allowed")).await.expect("a reply");
    assert_eq!(next.text(), b"Model: x\n");
}

#[tokio::test(start_paused = true)]
async fn a_pager_that_is_stuck_is_interrupted_and_the_shell_stays_in_step() {
    let steps = vec![
        Step::Hear(b"show version\r"),
        say("show version\r\nProduct: x\r\nlines 1-24"),
        Step::Hear(b" "),
        Step::Hear(b"\x03"),
        say("^C\r\nava-dr # "),
        Step::Hear(b"\x15\r"),
        Step::Wait(100),
        say("\r\nava-dr # "),
        Step::Hear(b"show info\r"),
        say("show info\r\nModel: x\r\nava-dr # "),
    ];
    let (mut shell, reply) = asked(Sendable::ShowVersion, steps).await;
    assert!(matches!(reply, Err(ShellError::TimedOut { .. })), "{reply:?}");
    let gate = gate();
    let next = shell.ask(gate.question(Sendable::ShowInfo).expect("allowed")).await.expect("a reply");
    assert_eq!(next.text(), b"Model: x\n");
}

#[tokio::test(start_paused = true)]
async fn a_shell_that_stays_silent_is_given_up() {
    let (mut shell, reply) = asked(Sendable::ShowVersion, vec![]).await;
    assert!(matches!(reply, Err(ShellError::TimedOut { .. })), "{reply:?}");
    assert!(!shell.is_usable());
    let gate = gate();
    let next = shell.ask(gate.question(Sendable::ShowInfo).expect("allowed")).await;
    assert!(matches!(next, Err(ShellError::Closed { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_ends_in_a_reply_gives_what_had_come() {
    let steps = vec![Step::Hear(b"show version\r"), say("show version\r\nhalf"), Step::End];
    let (shell, reply) = asked(Sendable::ShowVersion, steps).await;
    assert_eq!(reply, Err(ShellError::Closed { partial: b"show version\nhalf".to_vec() }));
    assert!(!shell.is_usable());
}

#[tokio::test(start_paused = true)]
async fn a_flood_is_bounded() {
    let (ours, mut theirs) = duplex(1 << 16);
    tokio::spawn(async move {
        theirs.write_all(b"ava # ").await.expect("heard");
        let flood = vec![b'x'; 1 << 14];
        while theirs.write_all(&flood).await.is_ok() {
            sleep(Duration::from_millis(1)).await;
        }
    });
    let clock = Clock::scaled(Timestamp::new(chrono::DateTime::UNIX_EPOCH), 1.0);
    let login = Shell::login(Box::new(ours), Arc::new(Dialect::built_in()), clock, None, None).await;
    assert!(matches!(login, Err(ShellError::NoPrompt { .. })), "{login:?}");

    let (mut shell, _) = asked(
        Sendable::ShowVersion,
        vec![
            Step::Hear(b"show version\r"),
            say("show version\r\nava-dr # "),
            Step::Hear(b"show info\r"),
            say(vec![b'x'; 5000]),
        ],
    )
    .await;
    shell.set_reply_limit(4096);
    let gate = gate();
    let reply = shell.ask(gate.question(Sendable::ShowInfo).expect("allowed")).await;
    assert_eq!(reply, Err(ShellError::TooLong { limit: 4096 }));
}

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

#[tokio::test(start_paused = true)]
async fn a_message_behind_the_prompt_costs_a_second_and_not_the_limit() {
    let steps = vec![
        Step::Hear(b"show version\r"),
        say("show version\r\nProduct: x\r\nava-dr # \r\nBroadcast message: backup at 3\r\n"),
        Step::Hear(b"\r"),
        say("\r\nava-dr # "),
    ];
    let begun = Instant::now();
    let (shell, reply) = asked(Sendable::ShowVersion, steps).await;
    assert_eq!(String::from_utf8_lossy(&reply.expect("a reply").text()), "Product: x\n");
    assert!(shell.is_usable() && begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());

    let steps = vec![
        say("Welcome\r\nava-dr > \r\nBroadcast message: x\r\n"),
        Step::Hear(b"\r"),
        say("\r\nava-dr > "),
    ];
    let begun = Instant::now();
    assert_eq!(login(steps, None).await.expect("a prompt").host(), Some("ava-dr"));
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn a_question_at_login_is_quoted_and_never_answered() {
    let (ours, mut theirs) = duplex(1 << 16);
    theirs
        .write_all(b"Hello\r\nDo you want to use the wizard for \x1b[1minitial\x1b[0m configuration? ")
        .await
        .expect("heard");
    let clock = Clock::scaled(Timestamp::new(chrono::DateTime::UNIX_EPOCH), 1.0);
    let login = Shell::login(Box::new(ours), Arc::new(Dialect::built_in()), clock, None, None).await;
    let message = login.expect_err("no prompt").to_string();
    assert!(message.contains("`Do you want to use the wizard for initial configuration?`"), "{message}");
    assert_eq!(theirs.read(&mut [0; 16]).await.expect("closed"), 0, "nothing was typed");
}

#[tokio::test(start_paused = true)]
async fn the_limit_of_a_line_covers_all_pages_of_its_reply() {
    let (ours, mut theirs) = duplex(1 << 16);
    tokio::spawn(async move {
        theirs.write_all(b"ava-dr # ").await.expect("heard");
        let mut byte = [0];
        let mut page = 0;
        while theirs.read(&mut byte).await.is_ok_and(|count| count > 0) {
            if byte == *b"\r" || byte == *b" " && page > 0 {
                sleep(Duration::from_millis(400)).await;
                page += 1;
                let text = format!("a page\r\nlines {page}-{} ", page + 1);
                theirs.write_all(text.as_bytes()).await.expect("heard");
            }
        }
    });
    let clock = Clock::scaled(Timestamp::new(chrono::DateTime::UNIX_EPOCH), 1.0);
    let login = Shell::login(Box::new(ours), Arc::new(Dialect::built_in()), clock, None, None).await;
    let (mut shell, gate) = (login.expect("a prompt"), gate());
    let begun = Instant::now();
    let reply = shell.ask(gate.question(Sendable::ShowVersion).expect("allowed")).await;
    assert!(matches!(reply, Err(ShellError::TimedOut { .. })), "{reply:?}");
    assert!(begun.elapsed() <= Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_reply_of_millions_of_blank_lines_is_given_up_before_it_costs_memory() {
    let blank = "\n".repeat(1 << 20);
    let mut steps = vec![Step::Hear(b"show version\r")];
    steps.extend((0..64).map(|_| say(&blank)));
    let (shell, reply) = asked(Sendable::ShowVersion, steps).await;
    assert!(matches!(reply, Err(ShellError::TooLong { .. })), "{reply:?}");
    assert!(shell.buffer.bytes().len() <= 2 << 20, "{}", shell.buffer.bytes().len());
}
