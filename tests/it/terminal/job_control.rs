//! The ends of a watch that its shell has suspended, put into the background or told to ignore signals: none
//! hangs, none loses the record, none touches another job's terminal.

use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

use drwatch::run::Ending;
use nix::sys::signal::Signal;

use crate::support::{
    PATIENCE,
    home::{Home, is_gone, send, state},
    pair::DRWATCH,
    processes,
    terminal::Terminal,
    wait_until,
};

/// A shell with job control in which the watch has begun.
fn shell(home: &Home) -> Terminal {
    let mut terminal = Terminal::start("bash", &["--norc", "-i"], &[("PS1", "$ ")], 24, 80);
    terminal.wait_for("$ ");
    terminal.type_keys(&format!("{}\n", home.line()));
    terminal.wait_for("● recording");
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
    let mut log = fs::OpenOptions::new().append(true).open(home.path().join("messages")).unwrap();
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
        let runs = home.path().join("runs");
        terminal.type_keys(&format!(
            "{DRWATCH} {command} --primary {destination} --runs-dir {}\n",
            runs.display()
        ));
        let shell = terminal.process_id().try_into().unwrap();
        wait_until("ssh logs in", PATIENCE, || processes::descendants(shell).len() > 1);
        let pid = processes::descendants(shell)[0];
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
    let children = processes::descendants(shell.process_id().try_into().unwrap());
    *children.last().unwrap()
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
        let mut log = fs::OpenOptions::new().append(true).open(home.path().join("messages")).unwrap();
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
    terminal.wait_for("● recording");
    let pid = home.process();
    terminal.close_and_leave();
    let mut log = fs::OpenOptions::new().append(true).open(home.path().join("messages")).unwrap();
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
