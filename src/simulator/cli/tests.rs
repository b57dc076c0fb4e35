//! Whole sessions on the virtual clock: what is typed and what is shown, byte for byte.

mod faults;

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream},
    task::JoinHandle,
};

use super::*;
use crate::{
    clock::Clock,
    run::{ReplicationState, Role, ThreadCount, Timestamp},
    simulator::{Scenario, Speed},
};

const VT100: Terminal = Terminal::Vt100 { columns: 511, rows: 0 };

fn start() -> Timestamp {
    Timestamp::new(chrono::DateTime::parse_from_rfc3339("2025-09-13T15:30:00Z").unwrap().into())
}

fn world_with(change: impl FnOnce(&mut Scenario)) -> SharedWorld {
    let mut scenario = Scenario::named("procedure").unwrap();
    change(&mut scenario);
    let clock = Clock::scaled(start(), 1.0);
    SharedWorld::in_memory(scenario, 1, start(), Speed::REAL, ReplicationState::Running, clock)
}

fn world() -> SharedWorld {
    world_with(|_| ())
}

/// The person or program on the other side of a session.
struct Peer {
    io: DuplexStream,
    session: JoinHandle<std::io::Result<SessionEnd>>,
    seen: String,
}

impl Peer {
    fn new(world: &SharedWorld, role: Role, terminal: Terminal) -> Self {
        let (io, theirs) = tokio::io::duplex(64 * 1024);
        let options = SessionOptions { role, label: "test".to_owned(), terminal, remote_command: None };
        Self { io, session: tokio::spawn(serve(theirs, world.clone(), options)), seen: String::new() }
    }

    async fn send(&mut self, bytes: &str) {
        self.io.write_all(bytes.as_bytes()).await.unwrap();
    }

    /// Reads until what was shown since the last call ends with `end`, and returns it.
    async fn until(&mut self, end: &str) -> String {
        self.until_it(end, |seen| seen.ends_with(end)).await
    }

    /// Reads until what was shown since the last call contains `part`, and returns it.
    async fn until_within(&mut self, part: &str) -> String {
        self.until_it(part, |seen| seen.contains(part)).await
    }

    async fn until_it(&mut self, end: &str, enough: impl Fn(&str) -> bool) -> String {
        let mut bytes = [0; 4096];
        let limit = tokio::time::Instant::now() + Duration::from_hours(2);
        while !enough(&self.seen) {
            let read = tokio::time::timeout_at(limit, self.io.read(&mut bytes)).await;
            let count = read.unwrap_or_else(|_| panic!("never ends with {end:?}: {:?}", self.seen)).unwrap();
            assert!(count > 0, "closed before {end:?}: {:?}", self.seen);
            self.seen.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
        }
        std::mem::take(&mut self.seen)
    }

    /// Types a line and returns the answer without echo and prompt.
    async fn ask(&mut self, line: &str, prompt: &str) -> String {
        self.send(&format!("{line}\r")).await;
        let shown = self.until(prompt).await;
        let answer =
            shown.strip_prefix(&format!("{line}\r\n")).unwrap_or_else(|| panic!("no echo: {shown:?}"));
        answer.strip_suffix(prompt).unwrap().replace("\r\n", "\n")
    }

    async fn enabled(world: &SharedWorld, role: Role, terminal: Terminal) -> (Self, &'static str) {
        let mut peer = Self::new(world, role, terminal);
        let (standard, enable) = match role {
            Role::Primary => ("ava-prod > ", "ava-prod # "),
            Role::Dr => ("ava-dr > ", "ava-dr # "),
        };
        peer.until(standard).await;
        assert_eq!(peer.ask("en", enable).await, "");
        (peer, enable)
    }

    /// Everything shown to the end of the session.
    async fn rest(mut self) -> (String, SessionEnd) {
        let mut rest = Vec::new();
        self.io.read_to_end(&mut rest).await.unwrap();
        (String::from_utf8(rest).unwrap(), self.session.await.unwrap().unwrap())
    }
}

#[tokio::test(start_paused = true)]
async fn the_procedures_commands_answer_as_the_procedure_shows() {
    let world = world();
    world.change(Role::Primary, super::super::Change::ReplicationOff).unwrap();
    let (mut primary, prompt) = Peer::enabled(&world, Role::Primary, VT100).await;
    let began = world.clock().now();
    assert_eq!(
        primary.ask("show replication bucket", prompt).await,
        "listing entries from bucket ava400-ks\n\
         2927 entries in bucket ava400-ks\n\
         883.7MiB (926580933 bytes) in bucket ava400-ks:\n\
         * 883.3MiB in 261 slabs\n\
         * 189.2KiB in 1331 maps\n\
         * 223.2KiB in 1331 rbtmds\n"
    );
    assert_eq!(world.clock().now().since(began).secs(), 8);
    let (mut dr, prompt) = Peer::enabled(&world, Role::Dr, VT100).await;
    assert_eq!(dr.ask("rfsctl exec backend.ops.get", prompt).await, "backend.ops.get: 10412\n");
    assert_eq!(dr.ask("config t", "ava-dr (config) # ").await, "");
    assert_eq!(
        dr.ask("replication num-threads 128", "ava-dr (config) # ").await,
        "failed to connect, no process available\n"
    );
    assert_eq!(dr.ask("exit", prompt).await, "");
    assert_eq!(dr.ask("rfsctl exec replicator.num_threads", prompt).await, "replicator.num_threads: 128\n");
}

#[tokio::test(start_paused = true)]
async fn a_session_begins_with_a_banner_and_ends_with_exit() {
    let mut peer = Peer::new(&world(), Role::Primary, VT100);
    assert_eq!(
        peer.until("> ").await,
        "NetApp AltaVault\r\nLast login: Sat Sep 13 15:30:00 2025 from 10.20.0.44\r\n\r\nava-prod > "
    );
    peer.ask("en", "ava-prod # ").await;
    peer.ask("conf t", "ava-prod (config) # ").await;
    peer.ask("exit", "ava-prod # ").await;
    peer.ask("disable", "ava-prod > ").await;
    peer.send("exit\r").await;
    assert_eq!(peer.rest().await, ("exit\r\n".to_owned(), SessionEnd::LoggedOut));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_understood_is_answered_with_a_percent_sign() {
    let mut peer = Peer::new(&world(), Role::Dr, VT100);
    peer.until("> ").await;
    let answers = [
        ("xyz", "% Unrecognized command \"xyz\".\nType \"?\" for help.\n"),
        ("configure terminal", "% Unrecognized command \"configure\".\nType \"?\" for help.\n"),
        ("e", "% Ambiguous command \"e\".\nType \"e?\" for a list of possible commands.\n"),
        ("show", "% Incomplete command.\nType \"?\" for help.\n"),
    ];
    for (line, answer) in answers {
        assert_eq!(peer.ask(line, "ava-dr > ").await, answer);
    }
}

#[tokio::test(start_paused = true)]
async fn threads_outside_16_to_128_are_refused_and_change_nothing() {
    let world = world();
    let (mut peer, _) = Peer::enabled(&world, Role::Dr, VT100).await;
    peer.ask("conf t", "(config) # ").await;
    for line in ["replication num-threads 15", "replication num-threads 129", "replication num-threads many"]
    {
        assert!(peer.ask(line, "ava-dr (config) # ").await.starts_with('%'));
    }
    assert_eq!(world.view(|world| world.appliance(Role::Dr).threads).unwrap(), ThreadCount(16));
}

#[tokio::test(start_paused = true)]
async fn replication_is_paused_and_resumed_in_configuration_mode() {
    let world = world();
    let (mut peer, prompt) = Peer::enabled(&world, Role::Primary, VT100).await;
    assert!(peer.ask("no replication enable", prompt).await.starts_with("% Unrecognized command"));
    assert!(
        peer.ask("show replication", prompt).await.starts_with("Replication:                    enabled\n")
    );
    peer.ask("conf t", "(config) # ").await;
    peer.ask("no replication enable", "(config) # ").await;
    let shown = peer.ask("show replication", "ava-prod (config) # ").await;
    assert!(
        shown.starts_with(
            "Replication:                    disabled\nStatus:                         paused\n"
        ),
        "{shown}"
    );
    peer.ask("replication enable", "(config) # ").await;
    assert_eq!(
        world.view(|world| world.appliance(Role::Primary).replication).unwrap(),
        ReplicationState::Running
    );
    let refused = peer.ask("show log matching Configuration changed", "ava-prod (config) # ").await;
    assert_eq!(refused, "% Unrecognized command \"changed\".\nType \"?\" for help.\n");
    let log = peer.ask("show log matching Configuration.changed", "ava-prod (config) # ").await;
    let stamps =
        "Sep 13 15:30:00 ava-prod mgmtd[5082]: [mgmtd.NOTICE]: Configuration changed by user admin\n";
    assert_eq!(log, stamps.repeat(2));
}

#[tokio::test(start_paused = true)]
async fn where_rfsctl_refuses_it_answers_only_once_the_service_runs() {
    let world = world_with(|scenario| {
        scenario.dr.rfsctl_before_service = crate::simulator::RfsctlBeforeService::Refuses;
    });
    let (mut peer, prompt) = Peer::enabled(&world, Role::Dr, VT100).await;
    let refused = "failed to connect, no process available\n";
    assert_eq!(peer.ask("rfsctl exec backend.ops.get", prompt).await, refused);
    assert_eq!(peer.ask("rfsctl exec replicator.num_threads", prompt).await, refused);
    assert!(peer.ask("show service", prompt).await.contains("stopped"));
    assert_eq!(peer.ask("service enable", prompt).await, "");
    assert_eq!(peer.ask("rfsctl exec replicator.num_threads", prompt).await, "replicator.num_threads: 16\n");
    assert!(peer.ask("show service", prompt).await.contains("running"));
}

#[tokio::test(start_paused = true)]
async fn the_pager_waits_at_the_terminals_rows_until_paging_is_off() {
    let world = world();
    let (mut peer, prompt) = Peer::enabled(&world, Role::Dr, Terminal::Vt100 { columns: 80, rows: 6 }).await;
    peer.send("show version\r").await;
    let shown = peer.until("\x1b[7mlines 1-5\x1b[m").await;
    assert_eq!(shown.matches("\r\n").count(), 1 + 5);
    peer.send("x ").await;
    let shown = peer.until(prompt).await;
    assert!(shown.starts_with("\r\x1b[KUptime:") && shown.matches("\r\n").count() == 2, "{shown:?}");
    peer.send("show log\r").await;
    peer.until("\x1b[7mlines 1-5\x1b[m").await;
    peer.send("\r").await;
    peer.until("\x1b[7mlines 2-6\x1b[m").await;
    peer.send("q").await;
    assert_eq!(peer.until(prompt).await, format!("\r\x1b[K{prompt}"));
    for off in ["no cli session paging enable", "terminal length 0"] {
        assert_eq!(peer.ask(off, prompt).await, "");
        assert!(peer.ask("show log", prompt).await.lines().count() > 20);
        assert_eq!(peer.ask("cli session paging enable", prompt).await, "");
    }
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_aborts_a_listing_and_ctrl_u_takes_a_line_back() {
    let (mut peer, prompt) = Peer::enabled(&world(), Role::Primary, VT100).await;
    peer.send("show replication bucket\r").await;
    peer.until("listing entries from bucket ava400-ks\r\n").await;
    peer.send("\x03").await;
    assert_eq!(peer.until(prompt).await, format!("^C\r\n{prompt}"));
    peer.send("service ena\x15show version\r").await;
    assert!(peer.until(prompt).await.contains("Product release:"));
    peer.send("reload\x03").await;
    assert_eq!(peer.until(prompt).await, format!("reload\r\n{prompt}"));
}

#[tokio::test(start_paused = true)]
async fn the_log_is_followed_line_by_line_until_ctrl_c() {
    let world = world();
    let (mut peer, prompt) = Peer::enabled(&world, Role::Dr, VT100).await;
    peer.send("show log continuous\r").await;
    world.type_line(Role::Dr, "replication num-threads 128").unwrap();
    world.type_line(Role::Dr, "service enable").unwrap();
    let followed = peer.until_within("restore namespace successful!\r\n").await;
    peer.send("\x03").await;
    assert!(peer.until(prompt).await.ends_with(&format!("^C\r\n{prompt}")));
    let followed: Vec<&str> = followed.split("\r\n").skip(1).filter(|line| !line.is_empty()).collect();
    let log: Vec<String> =
        world.view(|world| world.appliance(Role::Dr).log.since(0).map(str::to_owned).collect()).unwrap();
    let from = log.iter().position(|line| line == followed[0]).unwrap();
    assert_eq!(followed, log[from..from + followed.len()], "no line is lost, doubled or out of place");
    assert!(followed.len() > 100);
}

#[tokio::test(start_paused = true)]
async fn without_a_terminal_there_is_neither_prompt_nor_echo() {
    let mut peer = Peer::new(&world(), Role::Dr, Terminal::None);
    peer.send("enable\r\nrfsctl exec backend.ops.get\nexit\n").await;
    let (shown, _) = peer.rest().await;
    assert!(shown.ends_with("\n\nbackend.ops.get: 10412\n") && !shown.contains(['#', '\r']), "{shown:?}");
}

#[tokio::test(start_paused = true)]
async fn a_dumb_terminal_gets_echo_but_no_prompt() {
    let mut peer = Peer::new(&world(), Role::Dr, Terminal::Dumb);
    peer.send("enable\rexit\r").await;
    let (shown, _) = peer.rest().await;
    assert!(shown.ends_with("\r\n\r\nenable\r\nexit\r\n") && !shown.contains(['#', '>']), "{shown:?}");
}

#[tokio::test(start_paused = true)]
async fn a_remote_command_is_refused_but_recorded() {
    let world = world();
    let (mut io, theirs) = tokio::io::duplex(1024);
    let options = SessionOptions {
        role: Role::Dr,
        label: "x".to_owned(),
        terminal: Terminal::None,
        remote_command: Some("show version".to_owned()),
    };
    let end = serve(theirs, world.clone(), options).await.unwrap();
    let mut shown = String::new();
    io.read_to_string(&mut shown).await.unwrap();
    assert_eq!(end, SessionEnd::Refused);
    assert_eq!(shown, "UNIX shell commands cannot be executed using this account.\n");
    assert_eq!(world.received().unwrap()[0].line, "show version");
}

#[tokio::test(start_paused = true)]
async fn enable_asks_for_a_password_where_one_is_set_and_never_records_it() {
    let world = world_with(|scenario| scenario.dr.enable_password = Some("s3cret".to_owned()));
    let mut peer = Peer::new(&world, Role::Dr, VT100);
    peer.until("> ").await;
    peer.send("enable\r").await;
    assert_eq!(peer.until("Password: ").await, "enable\r\nPassword: ");
    peer.send("wrong\r").await;
    assert_eq!(peer.until("> ").await, "\r\n% Incorrect password.\r\nava-dr > ");
    peer.send("enable\r").await;
    peer.until("Password: ").await;
    peer.send("s3cret\r").await;
    assert_eq!(peer.until("# ").await, "\r\nava-dr # ");
    let lines: Vec<String> = world.received().unwrap().into_iter().map(|received| received.line).collect();
    assert_eq!(lines, ["enable", "enable"]);
}

#[tokio::test(start_paused = true)]
async fn an_idle_session_is_logged_out_unless_told_otherwise() {
    let world = world();
    let (idle, _) = Peer::enabled(&world, Role::Dr, VT100).await;
    let began = world.clock().now();
    assert_eq!(idle.rest().await.1, SessionEnd::LoggedOut);
    assert_eq!(world.clock().now().since(began).secs(), 15 * 60);
    let (mut kept, prompt) = Peer::enabled(&world, Role::Dr, VT100).await;
    kept.ask("cli session auto-logout 0", prompt).await;
    world.clock().sleep(Duration::from_hours(1)).await;
    assert!(kept.ask("show info", prompt).await.contains("AV4DR0000377"));
}

#[tokio::test(start_paused = true)]
async fn a_question_mark_helps_at_once_and_keeps_the_line() {
    let (mut peer, prompt) = Peer::enabled(&world(), Role::Dr, VT100).await;
    peer.send("show replication ?").await;
    let shown = peer.until("show replication ").await;
    assert_eq!(shown, format!("show replication ?\r\n<cr>\r\nbucket\r\n{prompt}show replication "));
}

#[tokio::test(start_paused = true)]
async fn every_line_is_recorded_even_rejected_ones_but_not_empty_ones() {
    let world = world();
    let (mut peer, prompt) = Peer::enabled(&world, Role::Primary, VT100).await;
    for line in ["", "   ", "reload", "show info"] {
        peer.ask(line, prompt).await;
    }
    world.type_line(Role::Dr, "service enable").unwrap();
    let received = world.received().unwrap();
    let lines: Vec<(Role, &str, &str)> =
        received.iter().map(|line| (line.role, line.label.as_str(), line.line.as_str())).collect();
    assert_eq!(
        lines,
        [
            (Role::Primary, "test", "en"),
            (Role::Primary, "test", "reload"),
            (Role::Primary, "test", "show info"),
            (Role::Dr, "hand", "enable"),
            (Role::Dr, "hand", "configure terminal"),
            (Role::Dr, "hand", "service enable"),
        ]
    );
}

#[test]
fn equal_seeds_give_equal_sessions_byte_for_byte() {
    let session = || {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let world = world();
            let (mut peer, _) = Peer::enabled(&world, Role::Dr, VT100).await;
            peer.send("show log continuous\r").await;
            world.type_line(Role::Dr, "service enable").unwrap();
            let shown = peer.until_within("restore namespace successful!\r\n").await;
            (shown, world.clock().now())
        })
    };
    assert_eq!(session(), session());
}
