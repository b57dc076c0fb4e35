//! Lines without an answer, floods, and streams that end.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_banner_of_megabytes_is_tolerated_and_not_kept() {
    let mut steps: Vec<Step> = (0..64).map(|_| say("welcome > \r\n# ".repeat(4096))).collect();
    steps.push(say("\r\nava > "));
    let shell = login(steps, None).await.expect("a prompt");
    assert_eq!(shell.host(), Some("ava"));
    assert!(shell.buffer.bytes().len() <= 1 << 17);
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
