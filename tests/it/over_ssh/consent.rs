//! What the engineer types to consent to an action, or to leave production paused, through a terminal
//! and a real sshd: what it takes, what is sent for it, and that all of it is on record.

use std::process::Command;

use drwatch::{
    journal::{Content, JournalReader, RunFolder},
    run::{ActionId, ActionKind, ActionState, Event, Record, Statement},
};

use crate::support::{
    PATIENCE,
    pair::{DRWATCH, Pair, summary},
    wait_until,
};

const BOTH: [&str; 4] = ["--primary", "ava-prod", "--dr", "ava-dr"];

/// All records of the pair's only run.
fn records(pair: &Pair) -> Vec<Record> {
    let folder = RunFolder::open(&pair.run_folder()).unwrap();
    let entries = JournalReader::open(&folder).unwrap().map(|entry| entry.unwrap().content);
    let record = |content| match content {
        Content::Record(record) => Some(record),
        Content::Opaque { .. } => None,
    };
    entries.filter_map(record).collect()
}

/// The name of the local user, as every record of something typed has to give it.
fn user(records: &[Record]) -> String {
    let Event::RunStarted(started) = &records[0].event else { panic!("no start") };
    started.recorder.split('@').next().unwrap().to_owned()
}

#[test]
fn the_phrase_and_a_reason_are_what_a_resume_takes_before_it_is_allowed() {
    let pair = Pair::start(20);
    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.pause();
    terminal.type_keys("r");
    terminal.wait_for("AGAINST THE POLICY");
    terminal.type_keys("ava-prod\r");
    terminal.wait_for("is an appliance. Type why");
    assert_eq!(pair.sent_to_primary("replication enable"), 0);
    terminal.type_keys("\x1b[27u");
    // The way through the quit dialog asks for the same.
    terminal.type_keys("q");
    terminal.wait_for("Decide: resume it now, or leave it paused.");
    terminal.type_keys("y\r");
    terminal.type_keys("r");
    terminal.wait_for("AGAINST THE POLICY");
    terminal.type_keys("ordered\r");
    terminal.wait_for("Type ava-prod, then Enter:");
    terminal.type_keys("ava-prod\r");
    terminal.wait_for("resume confirmed");
    wait_until("the resume reaches the primary", PATIENCE, || {
        pair.sent_to_primary("replication enable") == 1
    });
    terminal.type_keys("qy");
    let (code, _) = terminal.wait_for_exit();
    assert_eq!(code, 3);
}

#[test]
fn leaving_it_paused_is_a_decision_on_record_and_said_everywhere() {
    let pair = Pair::start(60);
    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.wait_for("verified");
    pair.type_by_hand("primary", &["enable", "configure terminal", "no replication enable", "exit", "exit"]);
    terminal.wait_for("total pause");
    terminal.wait_for("2,662");
    pair.enable_service();
    terminal.wait_for("▶ RESTORED");
    terminal.type_keys("q");
    terminal.wait_for("STILL PAUSED");
    terminal.type_keys("Q");
    let (code, screen) = terminal.wait_for_exit();
    assert_eq!(code, 4, "{screen}");
    assert!(screen.contains("PAUSED"), "{screen}");

    let records = records(&pair);
    let user = user(&records);
    let left: Vec<_> =
        records.iter().filter(|record| matches!(record.event, Event::LeftPaused { .. })).collect();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].event, Event::LeftPaused { user: user.clone() });
    let said = format!("It was left paused by {user}, at ");
    assert!(screen.contains(&said), "{screen}");

    let summary = summary(&pair.run_folder());
    let decision = &summary["replication"]["left_paused"];
    assert_eq!(decision["user"], user.as_str());
    assert_eq!(decision["phase"], "in-use");
    assert_eq!(decision["record"], left[0].seq.0);
    assert!(decision["paused_seconds"].as_f64().unwrap() > 0.0, "{decision}");
    let cleanup = summary["cleanup"].as_array().unwrap();
    let item = cleanup.iter().find(|item| item["code"] == "replication-running").unwrap();
    assert_eq!((&item["done"], &item["required"]), (&false.into(), &true.into()));

    let report = Command::new(DRWATCH).args(["report", "last"]).args(pair.flags_of_runs()).output().unwrap();
    let report = String::from_utf8(report.stdout).unwrap();
    assert!(report.contains(&format!("- Left paused: as decided by `{user}` at ")), "{report}");
    let verify = Command::new(DRWATCH).args(["verify", "last"]).args(pair.flags_of_runs()).output().unwrap();
    assert_eq!(verify.status.code(), Some(0), "{}", String::from_utf8_lossy(&verify.stderr));
}

#[test]
fn everything_typed_sent_answered_and_read_back_is_on_record_with_its_user() {
    let pair = Pair::start(60);
    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.pause();
    // Almost right is nothing: neither sent nor consent on record.
    terminal.type_keys("r");
    terminal.wait_for("AGAINST THE POLICY");
    terminal.type_keys("ordered by operations\r");
    terminal.wait_for("Type ava-prod, then Enter:");
    terminal.type_keys("ava-prot\r");
    terminal.wait_for("Nothing was sent");
    terminal.type_keys("\x15ava-prod\r");
    terminal.wait_for("resume confirmed");
    terminal.type_keys("nrestart planned\r");
    terminal.wait_for("note is on record");
    terminal.type_keys("t");
    terminal.wait_for("num-threads 128");
    terminal.type_keys("ava-dr\r");
    terminal.wait_for("128 threads");
    wait_until("the threads are read back", PATIENCE, || {
        let settled = |record: &Record| matches!(record.event, Event::ActionSettled { id: ActionId(3), .. });
        records(&pair).iter().any(settled)
    });
    terminal.type_keys("s6\r");
    terminal.wait_for("end without a test");
    terminal.type_keys("end without a test\r\rthe test is called off\r");
    terminal.wait_for("statement is on record");
    terminal.wait_for("protected again");
    terminal.type_keys("call is done\r");
    terminal.wait_for("signed off");
    terminal.type_keys("a");
    terminal.wait_for("Acknowledge");
    terminal.type_keys("\rseen by me\r");
    terminal.wait_for("acknowledged");
    terminal.type_keys("\x1b[27uqy");
    terminal.wait_for_exit();

    let records = records(&pair);
    let user = user(&records);
    assert!(!user.is_empty());
    let mut requested = Vec::new();
    let mut told = Vec::new();
    for record in &records {
        let by = match &record.event {
            Event::NamesConfirmed { user, typed, .. } => {
                assert_eq!(typed.as_deref(), Some("ava-prod"));
                told.push("names");
                user
            }
            Event::ActionRequested { plan, user, r#override, typed, .. } => {
                let reason = r#override.as_ref().map(|over| over.reason.clone());
                requested.push((plan.action, typed.clone().unwrap(), reason));
                user
            }
            Event::Noted { text, user, .. } => {
                assert_eq!(text, "restart planned");
                told.push("note");
                user
            }
            Event::Attested { statement, reason, user, .. } => {
                assert_eq!((*statement, reason.as_str()), (Statement::TestOver, "the test is called off"));
                told.push("statement");
                user
            }
            Event::SignedOff { text, user, .. } => {
                assert_eq!(text, "all is done");
                told.push("signature");
                user
            }
            Event::Acknowledged { reason, user, .. } => {
                assert_eq!(reason, "seen by me");
                told.push("acknowledgement");
                user
            }
            _ => continue,
        };
        assert_eq!(by, &user, "{record:?}");
    }
    assert_eq!(told, ["names", "note", "statement", "signature", "acknowledgement"]);
    let threads = ActionKind::SetThreads(drwatch::run::ThreadCount(128));
    let name = |name: &str| name.to_owned();
    assert_eq!(
        requested,
        [
            (ActionKind::Pause, name("ava-prod"), None),
            (ActionKind::Resume, name("ava-prod"), Some(name("ordered by operations"))),
            (threads, name("ava-dr"), None),
        ]
    );
    sent_answered_and_read_back(&pair, &records);
}

/// Of every action the record holds the lines as the appliance received them, its answer, the reading
/// that confirmed it, and the outcome, in this order.
fn sent_answered_and_read_back(pair: &Pair, records: &[Record]) {
    let place = |wanted: &dyn Fn(&Event) -> bool| records.iter().position(|record| wanted(&record.event));
    for record in records {
        let Event::ActionRequested { id, plan, .. } = &record.event else { continue };
        let sent = place(
            &|event| matches!(event, Event::ActionSent { id: of, sent, .. } if of == id && *sent == plan.lines),
        );
        let settled = place(
            &|event| matches!(event, Event::ActionSettled { id: of, state: ActionState::Confirmed } if of == id),
        );
        let (sent, settled) = (sent.unwrap(), settled.unwrap());
        let read = records[sent..settled].iter().any(|record| match plan.action {
            ActionKind::SetThreads(_) => matches!(record.event, Event::ThreadsRead(_)),
            ActionKind::Pause | ActionKind::Resume => matches!(record.event, Event::ReplicationRead { .. }),
        });
        assert!(read, "{plan:?}");
        for line in &plan.lines {
            assert!(pair.received().iter().any(|received| received.line == *line), "{line}");
        }
        if matches!(plan.action, ActionKind::SetThreads(_)) {
            let Event::ActionSent { answer, .. } = &records[sent].event else { unreachable!() };
            assert!(answer.contains("failed to connect, no process available"), "{answer:?}");
        }
    }
}
