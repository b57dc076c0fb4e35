//! Another machine behind a confirmed address, over real sshds: what changes something never reaches it,
//! and the screen says what happened.

use drwatch::simulator::Scenario;

use crate::support::{
    PATIENCE,
    pair::{Pair, Received},
    terminal::Terminal,
    wait_until,
};

const BOTH: [&str; 4] = ["--primary", "ava-prod", "--dr", "ava-dr"];
/// A pair of the same host names whose machines are others.
fn impostors() -> Pair {
    let mut scenario = Scenario::named("procedure").unwrap();
    "IMPOSTOR1".clone_into(&mut scenario.primary.serial);
    "IMPOSTOR2".clone_into(&mut scenario.dr.serial);
    Pair::start_world(scenario, 60)
}

fn changes(pair: &Pair) -> Vec<Received> {
    let is_change = |one: &Received| {
        one.line.starts_with("configure")
            || one.line.contains("replication enable")
            || one.line.contains("num-threads ") && !one.line.starts_with("rfsctl")
    };
    pair.received().into_iter().filter(is_change).collect()
}

fn confirmed(pair: &Pair, more: &[&str], rows: u16, columns: u16) -> Terminal {
    let mut terminal = pair.watch(more, rows, columns);
    terminal.wait_for("verified");
    terminal.type_keys("p");
    terminal.wait_for("Confirm the two appliances");
    terminal.type_keys("ava-prod\r");
    terminal.wait_for("no replication enable");
    terminal
}

#[test]
fn a_pause_typed_for_one_machine_never_reaches_another_at_its_address() {
    let (pair, other) = (Pair::start(60), impostors());
    let mut terminal = confirmed(&pair, &BOTH, 40, 120);
    // The dialog is open, the name half typed, and the address moves.
    terminal.type_keys("ava-");
    pair.lead("ava-prod", &other.primary);
    pair.primary.kill_children();
    wait_until("the other machine is asked who it is", PATIENCE, || {
        other.received().iter().any(|one| one.line == "show info")
    });
    terminal.wait_for("ANOTHER MACHINE ANSWERS");
    terminal.wait_for("This has changed while you typed");
    // What the engineer goes on typing is no confirmation of the other machine.
    terminal.type_keys("prod\r");
    terminal.wait_for("Nothing was done. Press Esc");
    terminal.type_keys("\x1b");
    terminal.wait_for("Another machine answers as the primary: serial IMPOSTOR1");
    println!("{}", terminal.shown_now());
    terminal.type_keys("p");
    terminal.wait_for("ANOTHER MACHINE ANSWERS");
    terminal.type_keys("ava-prod\rava-prod\r");
    terminal.wait_for("Nothing was confirmed");
    println!("{}", terminal.shown_now());
    assert_eq!(changes(&other), []);
    assert_eq!(changes(&pair), []);
    terminal.kill();

    // The record says whom it belongs to: going on with it changes nothing of that.
    let resume = [&BOTH[..], &["--resume"]].concat();
    let mut terminal = pair.watch(&resume, 40, 120);
    terminal.wait_for("Another machine answers as the primary");
    terminal.type_keys("p");
    terminal.wait_for("ANOTHER MACHINE ANSWERS");
    terminal.type_keys("ava-prod\rava-prod\r");
    terminal.wait_for("Nothing was confirmed");
    assert_eq!(changes(&other), []);
    // The address leads back: no new confirmation.
    pair.lead("ava-prod", &pair.primary);
    terminal.type_keys("\x1b");
    terminal.wait_for("verified <20 s ago");
    terminal.type_keys("p");
    terminal.wait_for("no replication enable");
    terminal.type_keys("ava-prod\r");
    terminal.wait_for("pause confirmed");
    assert_eq!(pair.sent_to_primary("no replication enable"), 1);
    assert_eq!(changes(&other), []);
    terminal.close();
}

#[test]
fn a_restarted_sshd_and_a_reboot_need_no_new_confirmation() {
    let pair = Pair::start(60);
    let mut terminal = confirmed(&pair, &BOTH, 24, 80);
    terminal.type_keys("\x1b");
    for _ in 0..2 {
        pair.primary.kill_children();
        pair.dr.kill_children();
        terminal.wait_until("one is away", |screen| {
            ["primary ▲", "dr ▲", "primary ✗", "dr ✗"].iter().any(|link| screen.contains(link))
        });
        terminal
            .wait_until("both are back", |screen| screen.contains("primary ●") && screen.contains("dr ●"));
    }
    terminal.type_keys("p");
    terminal.wait_for("no replication enable");
    terminal.type_keys("ava-prod\r");
    terminal.wait_for("pause confirmed");
    assert_eq!(pair.sent_to_primary("no replication enable"), 1);
    terminal.close();
}
