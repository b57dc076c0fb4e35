//! Session set-up and changes of mode.

use super::*;

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
    shell.enter_mode(&gate(), Mode::Normal).await.expect("left");
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
    let error = shell.enter_mode(&gate(), Mode::Enable).await.expect_err("refused");
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
