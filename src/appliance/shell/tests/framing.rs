//! Where a reply begins and ends: echoes, prompts, pagers and messages in its midst.

use super::*;

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
