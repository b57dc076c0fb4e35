//! Simulated appliances as processes of their own: several at once on one state folder, with
//! nobody in charge, and cut off when a drop begins.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

const PROCESSES: u32 = 8;
const CHANGES: u32 = 25;

fn appliance(state: &Path, role: &str, label: &str, more: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_drwatch"))
        .args(["appliance", "--role", role, "--label", label, "--state"])
        .arg(state)
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("drwatch starts")
}

/// Types `lines` and the end of the input.
fn typed(mut child: Child, lines: &str) -> Output {
    child.stdin.take().expect("an input").write_all(lines.as_bytes()).expect("the appliance reads");
    child.wait_with_output().expect("it ends")
}

fn shown(output: &Output) -> &str {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    std::str::from_utf8(&output.stdout).expect("UTF-8")
}

/// The log as an answer to the last command of a session without a terminal.
fn log_lines(output: &Output) -> Vec<String> {
    let text = shown(output);
    let begins = text.find("BUILD_PROD_VERSION").expect("a log");
    text[begins..].lines().map(str::to_owned).collect()
}

fn inputs(state: &Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(state.join("inputs.ndjson")).expect("inputs");
    assert!(text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).expect("a whole input")).collect()
}

/// All that process `number` types: it sets threads again and again, and says which it is by how many.
fn hammering(number: u32) -> String {
    let threads = format!("replication num-threads {}\n", 20 + number);
    format!("enable\nconfigure terminal\n{}exit\nshow replication\n", threads.repeat(CHANGES as usize))
}

#[test]
fn many_processes_at_the_same_moment_make_one_world_and_lose_nothing() {
    let state = tempfile::tempdir().unwrap();
    let children: Vec<Child> = (0..PROCESSES)
        .map(|number| appliance(state.path(), "dr", &format!("p{number}"), &["--scenario", "procedure"]))
        .collect();
    let talks: Vec<std::thread::JoinHandle<Output>> = children
        .into_iter()
        .zip(0..)
        .map(|(child, number)| std::thread::spawn(move || typed(child, &hammering(number))))
        .collect();
    for (talk, number) in talks.into_iter().zip(0..PROCESSES) {
        let output = talk.join().expect("no panic");
        let threads =
            shown(&output).lines().rev().find(|line| line.starts_with("Threads:")).expect("threads");
        let threads: u32 =
            threads.split_whitespace().last().and_then(|word| word.parse().ok()).expect("a number");
        assert!((20..20 + PROCESSES).contains(&threads), "p{number} reads {threads}");
    }

    let inputs = inputs(state.path());
    let mut of_each = BTreeMap::new();
    for input in &inputs {
        *of_each.entry(input["change"]["threads"].as_u64().expect("threads")).or_insert(0) += 1;
    }
    let expected: BTreeMap<u64, u32> =
        (20..u64::from(20 + PROCESSES)).map(|threads| (threads, CHANGES)).collect();
    assert_eq!(of_each, expected);
    let times: Vec<&str> = inputs.iter().map(|input| input["at"].as_str().expect("a time")).collect();
    assert!(times.is_sorted(), "no input precedes one before it");

    let received = fs::read_to_string(state.path().join("commands.log")).unwrap();
    assert!(received.lines().all(|line| line.split('\t').count() == 4), "no line is torn or mixed");
    for number in 0..PROCESSES {
        let label = format!("p{number}");
        let of_it: String = received
            .lines()
            .filter_map(|line| line.split_once(&format!("\t{label}\t")).map(|(_, line)| format!("{line}\n")))
            .collect();
        assert_eq!(of_it, hammering(number), "{label}: in its order, each once");
    }
}

#[test]
fn processes_see_one_and_the_same_log() {
    let state = tempfile::tempdir().unwrap();
    typed(appliance(state.path(), "dr", "first", &[]), "enable\nservice enable\n");
    let ask = || {
        let child = appliance(state.path(), "dr", "asks", &[]);
        std::thread::spawn(move || log_lines(&typed(child, "enable\nshow log\n")))
    };
    let logs: Vec<Vec<String>> = (0..PROCESSES)
        .map(|_| ask())
        .collect::<Vec<_>>()
        .into_iter()
        .map(|talk| talk.join().unwrap())
        .collect();
    let longest = logs.iter().max_by_key(|log| log.len()).expect("logs");
    for log in &logs {
        assert!(log.len() > 100 && longest.starts_with(log), "one log is no beginning of another");
    }
    assert!(longest.iter().any(|line| line.contains("Executing command: service enable")));
}

#[test]
fn a_process_killed_in_the_midst_of_its_work_leaves_a_folder_that_others_go_on_with() {
    let state = tempfile::tempdir().unwrap();
    for round in 0..5 {
        let mut victim = appliance(state.path(), "dr", "victim", &[]);
        let mut input = victim.stdin.take().unwrap();
        let typing = std::thread::spawn(move || {
            let lines =
                format!("enable\nconfigure terminal\n{}", "replication num-threads 99\n".repeat(20_000));
            // It is killed before it has read all of this.
            drop(input.write_all(lines.as_bytes()));
        });
        let mut answers = BufReader::new(victim.stdout.take().unwrap()).lines();
        for _ in 0..20 + round {
            answers.next().expect("an answer").unwrap();
        }
        victim.kill().unwrap();
        victim.wait().unwrap();
        typing.join().unwrap();
        let number = 30 + round;
        let lines =
            format!("enable\nconfigure terminal\nreplication num-threads {number}\nshow replication\n");
        let output = typed(appliance(state.path(), "dr", "heir", &[]), &lines);
        assert!(shown(&output).contains(&format!("Threads:                        {number}\n")));
        let inputs = inputs(state.path());
        assert_eq!(inputs.last().unwrap()["change"]["threads"], number);
    }
}

#[test]
fn a_drop_ends_the_process_of_a_session_although_its_input_is_open() {
    let state = tempfile::tempdir().unwrap();
    let more = ["--scenario", "drops", "--speed", "20"];
    let started = appliance(state.path(), "dr", "hand", &more);
    shown(&typed(started, "enable\nservice enable\n"));
    let mut following = appliance(state.path(), "dr", "tail", &more);
    let mut input = following.stdin.take().unwrap();
    input.write_all(b"enable\nshow log continuous\n").unwrap();
    let output = following.wait_with_output().unwrap();
    drop(input);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Executing command: service enable"), "{text}");
}

#[test]
fn another_world_than_the_folder_holds_is_said_and_not_played() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path();
    let said = |role: &str, more: &[&str]| {
        let output = typed(appliance(state, role, "shell", more), "exit\n");
        assert!(output.status.success());
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    assert_eq!(said("dr", &["--scenario", "alarm", "--speed", "5"]), "");
    let world = fs::read(state.join("world.json")).expect("a world");
    for same in [&[][..], &["--scenario", "alarm"], &["--speed", "5"]] {
        assert_eq!(said("primary", same), "", "{same:?}");
    }
    for other in [["--scenario", "procedure"], ["--speed", "6"]] {
        let said = said("primary", &other);
        assert!(said.contains("begun with scenario alarm at speed 5"), "{other:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    assert_eq!(fs::read(state.join("world.json")).expect("a world"), world);
}
