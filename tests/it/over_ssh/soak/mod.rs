//! The soak: a numbered log against the real sshd, under every fault, in random order. No line may be
//! lost or doubled, and gaps may stand only where lines could not be had. The short variant leaves out the faults
//! that take a minute each to be noticed.
//!
//! `DRWATCH_SOAK_SEED` sets the order of the faults, `DRWATCH_SOAK_SECONDS` goes round after round of all of them for
//! that long.

mod check;
mod faults;
mod log;
mod world;

use std::{
    collections::BTreeMap,
    env, fs,
    time::{Duration, Instant},
};

use drwatch::journal::{RunFolder, read_run};

use self::{
    faults::{Fault, QUICK, SLOW},
    world::World,
};
use crate::support::short_or_long;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}

#[test]
fn under_faults_no_line_is_lost_or_doubled_and_gaps_stand_where_lines_are_missing() {
    let seed = number("DRWATCH_SOAK_SEED").unwrap_or(7);
    let length = number("DRWATCH_SOAK_SECONDS").map(Duration::from_secs);
    let slow = if length.is_some() { &SLOW[..] } else { short_or_long(&[][..], &SLOW[..]) };
    let faults = [&QUICK[..], slow].concat();
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut world = World::start();
    world.terminal.wait_for("soak.INFO");
    let start = Instant::now();
    let mut count: BTreeMap<Fault, u32> = BTreeMap::new();
    loop {
        let mut order = faults.clone();
        random.shuffle(&mut order);
        for fault in order {
            let began = Instant::now();
            fault.strike(&mut world);
            world.recover(&format!("{fault:?}"));
            println!("{fault:?}: overcome after {:.1} s", began.elapsed().as_secs_f64());
            *count.entry(fault).or_default() += 1;
        }
        if length.is_none_or(|length| start.elapsed() >= length) {
            break;
        }
    }
    world.terminal.type_keys("q");
    world.terminal.type_keys("y");
    let folder = world.run_folder();
    let World { log, terminal, folder: _kept, .. } = world;
    let (_, screen) = terminal.wait_for_exit_with(faults::nothing_raw);
    faults::nothing_raw_in_reports(&folder);
    let (run, _) = read_run(&RunFolder::open(&folder).unwrap()).unwrap();
    let gaps: Vec<u64> = run.log.gaps.iter().map(|gap| gap.offset.0).collect();
    let dr_log = fs::read(folder.join("dr.log")).unwrap();
    let found = check::compare(&log.now().lines, &dr_log, &gaps);
    println!("{count:?}\n{found:?}\n{screen}");
    let lossy = usize::try_from(count[&Fault::OlderFilesRemoved]).unwrap();
    assert_eq!((found.lost, found.doubled), (0, 0), "{found:?}");
    assert_eq!((found.gaps, found.idle_gaps), (lossy, 0), "{found:?} {:?}", run.log.gaps);
}
