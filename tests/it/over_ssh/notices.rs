//! Who is told of what happens: a watch of simulated appliances behind a real sshd, its bell on the
//! terminal, and the command of its settings.

use std::{collections::BTreeMap, fs, path::PathBuf, time::Duration};

use serde_json::Value;

use crate::support::{PATIENCE, pair::Pair, terminal::Terminal, wait_until};

const BOTH: [&str; 4] = ["--primary", "ava-prod", "--dr", "ava-dr"];
const BELL: u8 = 0x07;

/// Where the command of [`settings`] puts what it is given.
fn given(pair: &Pair) -> PathBuf {
    pair.settings().with_file_name("given; touch x")
}

/// Settings whose notice command appends what it is given to a file no shell would let it name.
fn settings(pair: &Pair, bell: bool, more: &str) {
    let file = given(pair).display().to_string();
    pair.write_settings(&format!("[notice]\nbell = {bell}\ncommand = [\"tee\", \"-a\", {file:?}]\n{more}"));
}

/// All notices given so far.
fn notices(pair: &Pair) -> Vec<Value> {
    let text = fs::read_to_string(given(pair)).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// How often each event was told.
fn told(pair: &Pair) -> BTreeMap<String, usize> {
    let mut told = BTreeMap::new();
    for notice in notices(pair) {
        assert_eq!(notice["schema"], "drwatch-notice-1");
        assert!(!notice["text"].as_str().unwrap().is_empty());
        *told.entry(notice["event"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    told
}

fn bells(terminal: &Terminal) -> usize {
    terminal.received().split(|byte| *byte == BELL).count() - 1
}

#[test]
fn phase_ends_budget_and_alarms_are_told_once_each_and_ring_the_bell() {
    let pair = Pair::start_scenario("alarm", 60);
    settings(&pair, true, "[replication]\npause_budget = \"20s\"\n");
    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.pause();
    assert_eq!(bells(&terminal), 0, "nothing was worth a bell");
    assert_eq!(told(&pair), BTreeMap::from([("started".to_owned(), 1)]));
    assert_eq!(notices(&pair)[0]["simulated"], true, "the first one says that it is a rehearsal");
    pair.enable_service();
    terminal.wait_for("▶ RESTORED");
    wait_until("the alarm and the whole budget are told", PATIENCE, || {
        terminal.drain(Duration::from_millis(200));
        let told = told(&pair);
        told.contains_key("alarm") && told.get("budget") == Some(&3)
    });
    terminal.type_keys("s6\r\rthe test is complete\r");
    wait_until("the end of the test is told", PATIENCE, || {
        terminal.drain(Duration::from_millis(200));
        told(&pair).get("phase-ended") == Some(&4)
    });
    // Whatever would be told twice would be by now, over some hundred further records.
    terminal.drain(Duration::from_secs(5));
    let expected = [("alarm", 1), ("budget", 3), ("phase-ended", 4), ("started", 1)]
        .map(|(event, count)| (event.to_owned(), count));
    assert_eq!(told(&pair), BTreeMap::from(expected));
    let phases: Vec<_> = notices(&pair)
        .into_iter()
        .filter(|notice| notice["event"] == "phase-ended")
        .map(|notice| notice["phase"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(phases, ["stage-1", "stage-2", "in-use", "ended"]);
    let rung = bells(&terminal);
    assert!((1..=8).contains(&rung), "{rung} bells for 8 notices");
    terminal.type_keys("qQ");
    terminal.wait_for_exit();
    assert_eq!(told(&pair).get("ended"), Some(&1), "the end is waited for");
    let last = notices(&pair).pop().unwrap();
    assert_eq!(last["head"]["sha256"].as_str().unwrap().len(), 64, "{last}");
}

#[test]
fn a_stall_and_a_lost_appliance_are_told_and_no_bell_rings_where_it_is_off() {
    let pair = Pair::start_scenario("stall", 20);
    settings(&pair, false, "[download]\nstall_after = \"3s\"\n");
    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.pause();
    pair.enable_service();
    wait_until("the stall is told", PATIENCE, || {
        terminal.drain(Duration::from_millis(200));
        told(&pair).contains_key("stalled")
    });
    pair.dr.stop();
    wait_until("the lost appliance is told", PATIENCE, || {
        terminal.drain(Duration::from_millis(500));
        told(&pair).contains_key("lost-appliance")
    });
    terminal.drain(Duration::from_secs(5));
    let told = told(&pair);
    assert_eq!((told["stalled"], told["lost-appliance"]), (1, 1), "{told:?}");
    let lost = notices(&pair).into_iter().find(|notice| notice["event"] == "lost-appliance").unwrap();
    assert!(lost["text"].as_str().unwrap().contains("ava-dr"), "{lost}");
    assert_eq!(bells(&terminal), 0);
    pair.dr.cont();
    terminal.type_keys("qQ");
    terminal.wait_for_exit();
}
