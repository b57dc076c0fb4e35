//! A watch that is quit after the sign-off: its end adds nothing to what was signed off.

use drwatch::{
    journal::{RunFolder, read_run},
    run::{Code, FindingSeverity, Run},
};

use crate::support::{
    PATIENCE,
    pair::{Pair, summary},
    terminal::Terminal,
    wait_until,
};

const BOTH: [&str; 4] = ["--primary", "ava-prod", "--dr", "ava-dr"];

fn run(pair: &Pair) -> Run {
    read_run(&RunFolder::open(&pair.run_folder()).unwrap()).unwrap().0
}

/// A whole test with all of its findings acknowledged, signed off and not quit yet.
fn signed_off(pair: &Pair) -> Terminal {
    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.wait_for("verified");
    terminal.wait_for("[mgmtd.");
    terminal.type_keys("p");
    terminal.wait_for("Confirm the two appliances");
    terminal.type_keys("ava-prod\r");
    terminal.wait_for("no replication enable");
    terminal.type_keys("ava-prod\r");
    terminal.wait_for("pause confirmed");
    terminal.wait_for("2,662");
    pair.enable_service();
    terminal.wait_for("▶ RESTORED");
    terminal.type_keys("s6\r\rthe test is complete\r");
    terminal.wait_for("statement is on record");
    terminal.type_keys("r");
    terminal.wait_for("replication enable");
    terminal.type_keys("ava-prod\r");
    terminal.wait_for("resume confirmed");
    // Until all is sent the signature takes words of its own.
    terminal.wait_for("protected again");
    let open =
        || run(pair).open_findings().filter(|finding| finding.severity > FindingSeverity::Info).count();
    while open() > 0 {
        let before = open();
        terminal.type_keys("a");
        terminal.wait_for("Acknowledge");
        terminal.type_keys("\rseen\r");
        wait_until("it is acknowledged", PATIENCE, || open() < before);
    }
    terminal.type_keys("call is done\r");
    terminal.wait_for("signed off");
    terminal
}

/// Quits; the run as it is on record then.
fn quit(pair: &Pair, mut terminal: Terminal) -> Run {
    terminal.type_keys("qy");
    let (code, screen) = terminal.wait_for_exit();
    let run = run(pair);
    let signed = run.signed_off.as_ref().unwrap().record;
    let later: Vec<_> = run.findings.iter().filter(|finding| finding.record > signed).collect();
    assert!(later.is_empty(), "{later:#?}");
    assert_eq!(code, 0, "{screen}");
    assert_eq!(summary(&pair.run_folder())["gaps"].as_array().unwrap().len(), run.log.gaps.len());
    run
}

#[test]
fn the_end_of_a_signed_run_opens_no_finding() {
    let pair = Pair::start(60);
    let terminal = signed_off(&pair);
    assert_eq!(quit(&pair, terminal).log.gaps, []);
}

#[test]
fn an_appliance_that_does_not_answer_at_the_end_leaves_a_gap_and_no_finding_behind_the_signature() {
    let pair = Pair::start(60);
    let terminal = signed_off(&pair);
    // The last look at the log gets no answer; the last line may have come before the end of the test.
    pair.dr.stop();
    let run = quit(&pair, terminal);
    pair.dr.cont();
    let [gap] = run.log.gaps.as_slice() else { panic!("{:?}", run.log.gaps) };
    assert!(gap.reason.contains("could not be looked at once more"), "{}", gap.reason);
    assert!(!run.findings.iter().any(|finding| finding.code == Code::LogGap));
}
