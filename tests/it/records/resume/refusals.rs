//! Runs that are not continued, and those that are not continued unasked.

use super::*;

#[test]
fn a_run_is_offered_found_refused_while_recorded_and_held_to_its_destinations() {
    let pair = Pair::start(60);
    let mut terminal = pair.watch(&BOTH, 24, 80);
    terminal.wait_for("verified");
    let pid = terminal.process_id().to_string();
    let id = pair.run_folder().file_name().unwrap().to_str().unwrap().to_owned();
    let (code, text) = watch(&pair, &["--resume"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains(&format!("process {pid}")) && text.contains(&id), "{text}");
    terminal.kill();
    assert!(fs::read_to_string(pair.run_folder().join("lock")).unwrap().contains(&pid));

    for wrong in [["--primary", "ava-other"], ["--dr", "ava-other"]] {
        let (code, text) = watch(&pair, &["--resume", &id, wrong[0], wrong[1]]);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains(wrong[0]) && text.lines().count() == 1, "{text}");
    }
    let (code, text) = watch(&pair, &["--resume", "last", "--primary", "ava-other"]);
    assert_eq!(code, Some(2), "{text}");
    let (code, text) = watch(&pair, &["--resume", "20010101"]);
    assert_eq!(code, Some(2), "{text}");

    // A stale lock is none. A watch begun anew says how to go on with the old run.
    let mut terminal = pair.watch(&["--resume", &id[..20]], 40, 120);
    terminal.wait_for("● recording");
    terminal.wait_for("verified");
    terminal.type_keys("s6\r");
    terminal.wait_for("end without a test");
    terminal.type_keys("end without a test\r\rthe test is complete\r");
    terminal.wait_for("statement is on record");
    terminal.kill();
    let mut fresh = pair.watch(&BOTH, 40, 120);
    fresh.wait_for("verified");
    let told = String::from_utf8_lossy(fresh.received()).into_owned();
    assert!(told.contains(&format!("--resume {id}")), "{told:?}");
    fresh.wait_for(&format!("{id} is unfinished: `watch --resume` goes on with it"));
    fresh.type_keys("qy");
    fresh.wait_for_exit();

    // Declared over and ended: nothing to go on with.
    let mut terminal = pair.watch(&["--resume", &id], 40, 120);
    terminal.wait_for("verified");
    terminal.type_keys("qy");
    terminal.wait_for_exit();
    let (code, text) = watch(&pair, &["--resume", &id]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("is over"), "{text}");
}

#[test]
fn a_damaged_run_is_not_passed_over_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let (file, runs) = (folder.path().join("messages"), folder.path().join("runs"));
    fs::write(&file, "Sep 13 16:03:38 ava-dr rfsd[1234]: [rfsd.INFO] line\n".repeat(100)).unwrap();
    let start = |resume: &[&str]| {
        let mut command = Command::new(DRWATCH);
        command.args(["watch", "--headless", "--log"]).arg(&file).arg("--runs-dir").arg(&runs);
        command.args(resume).env("XDG_CONFIG_HOME", folder.path());
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let readable = || {
        let all = list_runs(&runs).unwrap().into_iter().flatten();
        all.filter(|run| read_run(run).is_ok_and(|(run, _)| run.log.tally.lines.0 == 100)).collect::<Vec<_>>()
    };
    for count in [1, 2] {
        let mut child = start(&[]);
        wait_until("the file is taken in", PATIENCE, || readable().len() == count);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let (old, new) = (readable()[0].clone(), readable()[1].clone());
    let damage = |run: &RunFolder| {
        let text = fs::read_to_string(run.journal_path()).unwrap();
        fs::write(run.journal_path(), text.replacen("\"seq\":1,", "", 1)).unwrap();
    };
    let told_of = |run: &RunFolder, text: &str| {
        let name = &run.id().0;
        let about: Vec<_> = text.lines().filter(|line| line.contains(name.as_str())).collect();
        assert_eq!(about.len(), 1, "{text}");
        assert!(about[0].contains("is passed over") && about[0].contains("record 1 "), "{text}");
        assert!(about[0].contains(&format!("`drwatch verify {name}`")), "{text}");
    };

    damage(&new);
    let mut child = start(&["--resume"]);
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    assert!(line.contains(&format!("recording of run {} goes on, by ", old.id())), "{line}");
    told_of(&new, &String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap());

    let paths = [&file, &runs].map(|path| path.to_str().unwrap());
    let arguments = ["watch", "--resume", "--log", paths[0], "--runs-dir", paths[1]];
    let home = folder.path().to_str().unwrap();
    let mut terminal = Terminal::start(DRWATCH, &arguments, &[("XDG_CONFIG_HOME", home)], 24, 100);
    terminal.wait_for(&format!("{} is passed over, as it cannot be read", new.id()));
    terminal.kill();

    damage(&old);
    let output = start(&["--resume"]).wait_with_output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    told_of(&old, &text);
    told_of(&new, &text);
    assert!(text.contains("no unfinished run of what is named can be gone on with"), "{text}");

    // A run folder whose journal is gone may have been the one, too.
    fs::remove_file(new.journal_path()).unwrap();
    let text = String::from_utf8(start(&["--resume"]).wait_with_output().unwrap().stderr).unwrap();
    assert!(text.contains("a run is passed over") && text.contains("holds no journal"), "{text}");
}

#[test]
fn a_copy_of_a_run_is_never_gone_on_with_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let (file, runs) = (folder.path().join("messages"), folder.path().join("runs"));
    fs::write(&file, "Sep 13 16:03:38 ava-dr rfsd[1234]: [rfsd.INFO] line\n").unwrap();
    let start = |resume: &[&str]| {
        let mut command = Command::new(DRWATCH);
        command.args(["watch", "--headless", "--log"]).arg(&file).arg("--runs-dir").arg(&runs);
        command.args(resume).env("XDG_CONFIG_HOME", folder.path());
        command.stdout(std::process::Stdio::null()).spawn().unwrap()
    };
    let mut child = start(&[]);
    wait_until("the run has begun", PATIENCE, || has_run(&runs));
    child.kill().unwrap();
    child.wait().unwrap();
    let run = only_run(&runs);
    let copies = ["20991231T235959Z-00ffee".to_owned(), format!("{}-copy", run.id())];
    for copy in &copies {
        fs::create_dir(runs.join(copy)).unwrap();
        fs::copy(run.journal_path(), runs.join(copy).join("journal.ndjson")).unwrap();
    }
    let continued = |path: &Path| fs::read_to_string(path).unwrap().contains("\"run_continued\"");
    let mut child = start(&["--resume"]);
    wait_until("the run is gone on with", PATIENCE, || continued(&run.journal_path()));
    child.kill().unwrap();
    child.wait().unwrap();
    for copy in &copies {
        assert!(!continued(&runs.join(copy).join("journal.ndjson")), "{copy}");
    }
}

#[test]
fn the_record_of_one_log_is_never_gone_on_with_from_another() {
    let folder = tempfile::tempdir().unwrap();
    let runs = folder.path().join("runs");
    let [first, second] = ["messages", "others"].map(|name| {
        let file = folder.path().join(name);
        // Two lines that no other file has tell the place in this one.
        let line = |second: u8, words: &str| {
            format!("Sep 13 16:03:{second} ava-dr rfsd[1234]: [rfsd.INFO] {words}{name}\n")
        };
        fs::write(&file, line(37, "begin ") + &line(38, "")).unwrap();
        file
    });
    let command = |arguments: &[&str]| {
        let mut command = Command::new(DRWATCH);
        command.args(["watch", "--headless", "--runs-dir"]).arg(&runs).args(arguments);
        command.env("XDG_CONFIG_HOME", folder.path()).current_dir(folder.path());
        command.stdout(std::process::Stdio::null());
        command
    };
    let recorded = |arguments: &[&str], expected: &str| {
        let mut child = command(arguments).spawn().unwrap();
        wait_until("the file is taken in", PATIENCE, || {
            has_run(&runs) && log(&only_run(&runs)).ends_with(expected)
        });
        child.kill().unwrap();
        child.wait().unwrap();
    };
    let refused = |arguments: &[&str], expected: &str| {
        let output = command(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(expected), "{said}");
    };
    recorded(&["--log", "messages"], "messages\n");
    let id = only_run(&runs).id().to_string();
    let others = second.to_str().unwrap();
    refused(&["--resume", "--log", others], "no unfinished run of what is named");
    refused(&["--log", others, "--resume", id.as_str()], "--log contradicts");
    // The record itself tells which file it was.
    let more = fs::read_to_string(&first).unwrap() + "Sep 13 16:03:39 ava-dr rfsd[1234]: [rfsd.INFO] more\n";
    fs::write(&first, &more).unwrap();
    recorded(&["--resume"], "more\n");
    assert_eq!(log(&only_run(&runs)), more);
    let said = String::from_utf8(command(&["--log", "gone"]).output().unwrap().stderr).unwrap();
    assert!(said.contains("gone") && !said.contains("is unfinished"), "{said}");
}

#[test]
fn a_summary_that_does_not_follow_from_the_journal_is_named_by_its_first_wrong_field() {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new(DRWATCH)
        .args(["demo", "--headless", "--json", "--runs-dir"])
        .arg(folder.path())
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let run = only_run(folder.path());
    let (code, text) = verify(run.path());
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("follows from it"), "{text}");
    let sound = fs::read_to_string(run.summary_path()).unwrap();
    for (pointer, value, field) in [
        ("/simulated", json!(false), "simulated"),
        ("/download/downloaded", json!(2663), "download.downloaded"),
        ("/phases/1/seconds", json!(1.5), "phases[1].seconds"),
        ("/outcome", json!("incomplete"), "outcome"),
    ] {
        let mut changed: Value = serde_json::from_str(&sound).unwrap();
        *changed.pointer_mut(pointer).unwrap() = value;
        fs::write(run.summary_path(), changed.to_string()).unwrap();
        let (code, text) = verify(run.path());
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains(&format!("{field} is ")), "{text}");
    }
}
