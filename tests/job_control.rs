//! The ends of a watch that its shell has suspended, put into the background or told to ignore signals, and of
//! one whose terminal takes nothing: none hangs, none loses the record, none touches another job's terminal.
#![expect(clippy::unwrap_used, reason = "a failure is the answer here")]

mod support;

use std::{
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

use drwatch::{
    journal::{RunFolder, RunLock, read_run},
    run::{Ending, Run},
};
use nix::{
    libc,
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use support::{pair::DRWATCH, terminal::Terminal, wait_until};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(40);

/// A log to watch, and where its runs are kept.
struct Home(TempDir);

impl Home {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("messages"), "Sep 13 16:03:38 localhost rfsd[1]: [a.NOTICE] (1) one\n")
            .unwrap();
        Self(home)
    }

    fn words(&self) -> Vec<String> {
        let path = |name: &str| self.0.path().join(name).display().to_string();
        ["watch", "--log", &path("messages"), "--runs-dir", &path("runs")].map(str::to_owned).to_vec()
    }

    fn line(&self) -> String {
        format!("{DRWATCH} {}", self.words().join(" "))
    }

    fn run(&self) -> PathBuf {
        fs::read_dir(self.0.path().join("runs")).unwrap().next().unwrap().unwrap().path()
    }

    fn has_begun(&self) -> bool {
        let runs = fs::read_dir(self.0.path().join("runs")).into_iter().flatten();
        runs.flatten().any(|run| fs::metadata(run.path().join("dr.log")).is_ok_and(|log| log.len() > 0))
    }

    /// The process that records the run.
    fn process(&self) -> i32 {
        let lock = fs::read_to_string(self.run().join("lock")).unwrap();
        lock.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// What is on record once the process is gone; nothing of it may be missing, and nobody may hold it.
    #[track_caller]
    fn ended(&self) -> Run {
        let folder = RunFolder::open(&self.run()).unwrap();
        drop(RunLock::take(&folder).unwrap());
        for file in ["summary.json", "summary.md"] {
            assert!(folder.path().join(file).is_file(), "{file}");
        }
        read_run(&folder).unwrap().0
    }

    #[track_caller]
    fn ended_by(&self, signal: &str) {
        let ending = self.ended().ending;
        assert_eq!(ending, Some(Ending::Signal { name: signal.to_owned() }));
    }
}

/// The state letter of a process, as `ps` shows it; nothing once it is gone.
fn state(pid: i32) -> Option<char> {
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    status.rsplit_once(')')?.1.trim_start().chars().next()
}

fn send(pid: i32, signal: Signal) {
    kill(Pid::from_raw(pid), signal).unwrap();
}

#[track_caller]
fn is_gone(pid: i32) {
    wait_until("the process is gone", PATIENCE, || state(pid).is_none_or(|state| state == 'Z'));
}

/// A shell with job control in which the watch has begun.
fn shell(home: &Home) -> Terminal {
    let mut terminal = Terminal::start("bash", &["--norc", "-i"], &[("PS1", "$ ")], 24, 80);
    terminal.wait_for("$ ");
    terminal.type_keys(&format!("{}\n", home.line()));
    terminal.wait_for("recording");
    terminal
}

fn suspended(home: &Home) -> (Terminal, i32) {
    let mut terminal = shell(home);
    let pid = home.process();
    terminal.type_keys("\x1a");
    wait_until("it is stopped", PATIENCE, || state(pid) == Some('T'));
    terminal.wait_for("Stopped");
    (terminal, pid)
}

#[test]
fn a_suspended_watch_ends_in_order_by_the_kill_of_its_shell() {
    for (kill, signal) in
        [("kill %1", "SIGTERM"), ("kill -HUP %1", "SIGHUP"), ("kill -USR1 %1; kill -CONT %1", "SIGUSR1")]
    {
        let home = Home::new();
        let (mut terminal, pid) = suspended(&home);
        terminal.type_keys(&format!("{kill}\n"));
        is_gone(pid);
        home.ended_by(signal);
        terminal.type_keys("echo still $((1 + 1)) here\n");
        terminal.wait_for("still 2 here");
        assert!(!terminal.contents().contains("RFSD LOG"), "{}", terminal.contents());
        terminal.kill();
    }
}

#[test]
fn a_watch_stopped_from_outside_ends_in_order_by_term_and_cont() {
    let home = Home::new();
    let mut terminal = shell(&home);
    let pid = home.process();
    send(pid, Signal::SIGSTOP);
    wait_until("it is stopped", PATIENCE, || state(pid) == Some('T'));
    send(pid, Signal::SIGTERM);
    send(pid, Signal::SIGCONT);
    is_gone(pid);
    home.ended_by("SIGTERM");
    terminal.type_keys("echo still $((1 + 1)) here\n");
    terminal.wait_for("still 2 here");
    terminal.kill();
}

#[test]
fn in_the_background_it_records_on_and_leaves_the_terminal_to_the_shell() {
    let home = Home::new();
    let (mut terminal, pid) = suspended(&home);
    terminal.type_keys("bg\n");
    wait_until("it goes on", PATIENCE, || state(pid) != Some('T'));
    let mut log = fs::OpenOptions::new().append(true).open(home.0.path().join("messages")).unwrap();
    log.write_all(b"Sep 13 16:03:39 localhost rfsd[1]: [a.NOTICE] (1) two\n").unwrap();
    wait_until("the log is recorded on", PATIENCE, || {
        fs::read_to_string(home.run().join("dr.log")).is_ok_and(|log| log.ends_with("two\n"))
    });
    let before = terminal.received().len();
    terminal.type_keys("echo q qy $((1 + 1)) typed\n");
    terminal.wait_for("2 typed");
    assert!(!String::from_utf8_lossy(&terminal.received()[before..]).contains("\x1b[?1049h"));
    terminal.type_keys("fg\n");
    terminal.wait_until_screen("the screen is back", |screen| {
        screen.alternate_screen() && screen.contents().contains("two")
    });
    terminal.type_keys("qy");
    is_gone(pid);
    assert_eq!(home.ended().ending, Some(Ending::Quit));
    terminal.kill();
}

#[test]
fn begun_in_the_background_it_records_and_ends_by_the_kill_of_its_shell() {
    let home = Home::new();
    let mut terminal = Terminal::start("bash", &["--norc", "-i"], &[("PS1", "$ ")], 24, 80);
    terminal.wait_for("$ ");
    terminal.type_keys(&format!("{} &\n", home.line()));
    wait_until("it records", PATIENCE, || home.has_begun());
    let pid = home.process();
    terminal.type_keys("kill %1\n");
    is_gone(pid);
    home.ended_by("SIGTERM");
    terminal.kill();
}

#[test]
fn a_replay_suspended_by_key_or_signal_comes_back_and_goes_on() {
    let home = Home::new();
    let mut terminal = shell(&home);
    let watch = home.process();
    terminal.type_keys("qy");
    is_gone(watch);
    terminal.type_keys(&format!("clear; {DRWATCH} replay {} & fg\n", home.run().display()));
    terminal.wait_for("REPLAY");
    let pid = foreground(&terminal);
    for by_key in [true, false] {
        if by_key {
            terminal.type_keys("\x1a");
        } else {
            send(pid, Signal::SIGTSTP);
        }
        wait_until("it is stopped", PATIENCE, || state(pid) == Some('T'));
        terminal.wait_until_screen("the terminal is given back", |screen| !screen.alternate_screen());
        terminal.type_keys("fg\n");
        terminal.wait_until_screen("the screen is back", |screen| {
            screen.alternate_screen() && screen.contents().contains("REPLAY")
        });
    }
    terminal.type_keys("q");
    terminal.wait_for("Nothing was sent or recorded");
    is_gone(pid);
    terminal.kill();
}

#[test]
fn before_its_screen_a_watch_and_a_check_stop_when_they_are_asked_to() {
    // It takes the connection and says nothing, so that ssh waits.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let destination = format!("ssh://127.0.0.1:{}", silent.local_addr().unwrap().port());
    for command in ["watch", "check"] {
        let home = Home::new();
        let mut terminal = Terminal::start("bash", &["--norc", "-i"], &[("PS1", "$ ")], 24, 80);
        terminal.wait_for("$ ");
        let runs = home.0.path().join("runs");
        terminal.type_keys(&format!(
            "{DRWATCH} {command} --primary {destination} --runs-dir {}\n",
            runs.display()
        ));
        let shell = terminal.process_id().try_into().unwrap();
        wait_until("ssh logs in", PATIENCE, || support::processes::descendants(shell).len() > 1);
        let pid = support::processes::descendants(shell)[0];
        terminal.type_keys("\x1a");
        wait_until("it is stopped", PATIENCE, || state(pid) == Some('T'));
        terminal.wait_for("Stopped");
        terminal.type_keys("kill %1\n");
        is_gone(pid);
        terminal.kill();
    }
}

/// The program that a shell has begun.
fn foreground(shell: &Terminal) -> i32 {
    let children = support::processes::descendants(shell.process_id().try_into().unwrap());
    *children.last().unwrap()
}

/// A terminal that takes no byte any more, with drwatch on it.
fn on_a_stuck_terminal(home: &Home, look: impl FnOnce(i32)) -> u32 {
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut slave = fs::OpenOptions::new()
        .write(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(pair.master.tty_name().unwrap())
        .unwrap();
    while slave.write(&[b'x'; 4096]).is_ok() {}
    let mut command = CommandBuilder::new(DRWATCH);
    command.args(home.words());
    command.env("TERM", "xterm-256color");
    let mut child = pair.slave.spawn_command(command).unwrap();
    let pid = child.process_id().unwrap().try_into().unwrap();
    wait_until("the log is recorded", PATIENCE, || home.has_begun());
    look(pid);
    let mut code = None;
    wait_until("it ends", PATIENCE, || {
        code = child.try_wait().unwrap().map(|status| status.exit_code());
        code.is_some()
    });
    code.unwrap()
}

#[test]
fn a_terminal_that_takes_nothing_holds_up_no_end() {
    for signals in [1, 2] {
        let home = Home::new();
        let code = on_a_stuck_terminal(&home, |pid| {
            for _ in 0..signals {
                send(pid, Signal::SIGTERM);
            }
        });
        assert_eq!(code, 3);
        home.ended_by("SIGTERM");
    }
}

#[test]
fn a_suspended_watch_whose_terminal_takes_nothing_ends_by_term_and_cont() {
    let home = Home::new();
    let code = on_a_stuck_terminal(&home, |pid| {
        send(pid, Signal::SIGTSTP);
        wait_until("it is stopped", PATIENCE, || state(pid) == Some('T'));
        send(pid, Signal::SIGTERM);
        send(pid, Signal::SIGCONT);
    });
    assert_eq!(code, 3);
    home.ended_by("SIGTERM");
}

#[test]
fn every_fatal_signal_that_can_be_caught_ends_in_order_and_gives_the_terminal_back() {
    for signal in [
        Signal::SIGTERM,
        Signal::SIGHUP,
        Signal::SIGINT,
        Signal::SIGQUIT,
        Signal::SIGUSR1,
        Signal::SIGUSR2,
        Signal::SIGALRM,
        Signal::SIGABRT,
        Signal::SIGTRAP,
        Signal::SIGXCPU,
        Signal::SIGVTALRM,
        Signal::SIGPROF,
        Signal::SIGIO,
        Signal::SIGPWR,
        Signal::SIGSYS,
        Signal::SIGSTKFLT,
    ] {
        let home = Home::new();
        let words = home.words();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut terminal = Terminal::start(DRWATCH, &words, &[], 24, 80);
        terminal.wait_for("recording");
        send(terminal.process_id().try_into().unwrap(), signal);
        // That the terminal is given back is asserted there.
        assert_eq!(terminal.wait_for_exit().0, 3, "{signal}");
        home.ended_by(signal.as_str());
    }
}

#[test]
fn what_was_ignored_before_it_began_stays_ignored() {
    for name in ["HUP", "INT", "QUIT", "USR1", "TSTP"] {
        let home = Home::new();
        let script = format!("trap '' {name}; exec {} --headless", home.line());
        let mut child = Command::new("sh")
            .args(["-c", &script])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_until("it records", PATIENCE, || home.has_begun());
        let pid = child.id().try_into().unwrap();
        send(pid, name_of(name));
        // It has taken in more of the log since.
        let mut log = fs::OpenOptions::new().append(true).open(home.0.path().join("messages")).unwrap();
        log.write_all(b"Sep 13 16:03:39 localhost rfsd[1]: [a.NOTICE] (1) two\n").unwrap();
        wait_until("the log is recorded on", PATIENCE, || {
            fs::read_to_string(home.run().join("dr.log")).is_ok_and(|log| log.ends_with("two\n"))
        });
        assert_eq!(child.try_wait().unwrap(), None, "{name}");
        send(pid, Signal::SIGTERM);
        assert_eq!(child.wait().unwrap().code(), Some(3));
        home.ended_by("SIGTERM");
    }
}

fn name_of(short: &str) -> Signal {
    format!("SIG{short}").parse().unwrap()
}

#[test]
fn told_to_ignore_the_hang_up_the_record_goes_on_without_its_terminal() {
    let home = Home::new();
    let script = format!("trap '' HUP; exec {}", home.line());
    let mut terminal = Terminal::start("sh", &["-c", &script], &[], 24, 80);
    terminal.wait_for("recording");
    let pid = home.process();
    terminal.close_and_leave();
    let mut log = fs::OpenOptions::new().append(true).open(home.0.path().join("messages")).unwrap();
    log.write_all(b"Sep 13 16:03:39 localhost rfsd[1]: [a.NOTICE] (1) two\n").unwrap();
    wait_until("the log is recorded on", PATIENCE, || {
        fs::read_to_string(home.run().join("dr.log")).is_ok_and(|log| log.ends_with("two\n"))
    });
    send(pid, Signal::SIGTERM);
    is_gone(pid);
    home.ended_by("SIGTERM");
}

#[test]
fn a_terminal_that_tells_no_size_is_drawn_on() {
    for (environment, last_row) in [
        (&[][..], 24),
        (&[("LINES", "30"), ("COLUMNS", "100")][..], 30),
        (&[("LINES", "x"), ("COLUMNS", "")], 24),
    ] {
        let home = Home::new();
        let script = format!("stty rows 0 cols 0; exec {}", home.line());
        let mut terminal = Terminal::start("sh", &["-c", &script], environment, 40, 120);
        // The last row holds the keys.
        terminal.wait_until("the screen is drawn", |screen| {
            screen.lines().nth(last_row - 1).is_some_and(|row| row.contains("q quit"))
        });
        terminal.type_keys("qy");
        assert_eq!(terminal.wait_for_exit().0, 3);
    }
}
