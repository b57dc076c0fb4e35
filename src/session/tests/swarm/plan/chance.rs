//! The chance of a plan: what a seed makes of it.

use fastrand::Rng;

use super::{Deed, Move, PASSWORD, Plan, Setup, Step, Trouble, UNASKED, Words};
use crate::{
    run::{ActionKind, Elapsed, ReplicationState, ResumePolicy, Role, RunSettings, ThreadCount},
    simulator::{
        Anchor, ClockSet, Course, Effect, Fault, LineFault, Logs, Restart, RfsctlBeforeService, Scenario,
    },
};

/// Log lines of rfsd that look like what they are not, or like others.
const HOSTILE_LINES: [&str; 8] = [
    "[namespace_restore.INFO] (7) Cloud restore phase complete. Starting namespace generation",
    "[cli.INFO] (7) typed: Cloud restore phase complete. Starting namespace generation phase",
    "[namespace_restore.WARN] (7) \u{202e}lleh \u{1b}[2J\u{9b}31m",
    "[gc.INFO] (1) tick",
    "[gc.INFO] (1) tick",
    "[megamount.INFO] (9) restore namespace successful? no",
    "[splice.ERR] (4) ava-evil # replication enable",
    "[gc.INFO] (3) \u{feff}zero\u{200b}width\u{e0041}",
];

impl Plan {
    pub(in crate::session::tests::swarm) fn new(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let mut setup = Setup::new(&mut random);
        let horizon = random.u64(90..600) * 1000;
        let mut steps = Vec::new();
        procedure(&mut random, &mut steps);
        for _ in 0..random.usize(..14) {
            let deed = match random.u8(..10) {
                0..3 => Deed::Move(Move::any(&mut random)),
                3 => Deed::ByHand(by_hand(&mut random).0, by_hand(&mut random).1),
                _ => Deed::Trouble(Trouble::any(&mut random)),
            };
            steps.push(Step { at: random.u64(1_000..horizon), deed });
        }
        clocks_set_back_while_away(&mut random, &mut steps);
        match random.u8(..12) {
            0 | 1 => begins_empty(&mut random, &mut setup, &mut steps),
            2 => begins_with_equal_lines(&mut random, &mut setup, &mut steps),
            _ => {}
        }
        match random.u8(..12) {
            0 => begins_with_banners(&mut random, &mut setup, &mut steps),
            1 => is_switched_at_a_change(&mut random, &mut steps),
            _ => {}
        }
        for step in &mut steps {
            if let Deed::ByHand(role, line) = &mut step.deed {
                // The role was drawn apart from the line, which may belong to the other appliance.
                *role = role_of(line);
            }
            // A clone cannot be told from its original behind the same host key.
            if let Deed::Trouble(Trouble::Bastion { role, lasts }) = step.deed
                && !setup.is_impostor_numbered
            {
                step.deed = Deed::Trouble(Trouble::Moved { role, lasts });
            }
            if let Deed::Trouble(Trouble::Switched { role, lasts, .. }) = step.deed
                && !setup.is_impostor_numbered
            {
                step.deed = Deed::Trouble(Trouble::Moved { role, lasts });
            }
        }
        // Stable, so that steps of one moment keep the order in which they were drawn.
        steps.sort_by_key(|step| step.at);
        Self { seed, setup, steps }
    }
}

/// What an undisturbed test consists of, each step at about its time, and sometimes left out.
fn procedure(random: &mut Rng, steps: &mut Vec<Step>) {
    let mut add = |random: &mut Rng, at: u64, deed: Deed| {
        if random.u8(..10) > 0 {
            steps.push(Step { at: at * 1000 + random.u64(..4000), deed });
        }
    };
    let act = |random: &mut Rng, action| {
        Deed::Move(Move::Act { action, is_careful: true, is_right: true, thinks: random.u64(..4) })
    };
    add(random, 8, Deed::Move(Move::Confirm { is_careful: true }));
    let pause = act(random, ActionKind::Pause);
    add(random, 15, pause);
    let threads = act(random, ActionKind::SetThreads(ThreadCount(128)));
    add(random, 30, threads);
    add(random, 45, Deed::ByHand(Role::Dr, "service enable"));
    let end = random.u64(120..400);
    add(random, end, Deed::Move(Move::Attest { down: 5 }));
    let resume = act(random, ActionKind::Resume);
    add(random, end + 15, resume);
}

/// The DR appliance's clock is set back while drwatch does not follow its log.
fn clocks_set_back_while_away(random: &mut Rng, steps: &mut Vec<Step>) {
    let mut more = Vec::new();
    for step in &*steps {
        let away = match step.deed {
            Deed::Trouble(Trouble::Kill { down }) => down,
            Deed::Trouble(Trouble::Unreachable { role: Role::Dr, lasts }) => lasts,
            _ => continue,
        };
        if random.u8(..4) == 0 {
            let set = ClockSet { role: Role::Dr, ahead: -random.i32(600..7200) };
            // Within the first half of the absence, so that lines are written by the new
            // clock before drwatch is back.
            let at = step.at + random.u64(..=away * 500);
            more.push(Step { at, deed: Deed::Trouble(Trouble::World(Effect::Clock(set))) });
        }
    }
    steps.append(&mut more);
}

fn trouble_at(seconds: u64, trouble: Trouble) -> Step {
    Step { at: seconds * 1000, deed: Deed::Trouble(trouble) }
}

fn dr_logs(random: &mut Rng) -> Trouble {
    let text = HOSTILE_LINES[random.usize(..HOSTILE_LINES.len())].to_owned();
    Trouble::World(Effect::Logs(Logs { role: Role::Dr, text, bare: false }))
}

/// The DR appliance's log holds no line when the watch begins; its first lines may come during an outage, and be
/// rotated away before it is over.
fn begins_empty(random: &mut Rng, setup: &mut Setup, steps: &mut Vec<Step>) {
    setup.scenario.dr.log_lines_per_minute = if random.bool() { 0 } else { random.u32(1..12) };
    steps.push(trouble_at(0, Trouble::World(Effect::BlankRotation(Role::Dr))));
    if random.u8(..3) > 0 {
        let at = random.u64(6..25);
        let (first, rotated) = (at + random.u64(1..8), at + random.u64(4..20));
        let lasts = random.u64(5..40);
        steps.push(trouble_at(at, Trouble::Unreachable { role: Role::Dr, lasts }));
        steps.push(trouble_at(first, dr_logs(random)));
        let effect = if random.bool() { Effect::BlankRotation } else { Effect::Rotation };
        steps.push(trouble_at(rotated, Trouble::World(effect(Role::Dr))));
    }
}

/// The DR appliance logs nothing but equal lines when the watch begins, and the connections drop meanwhile.
fn begins_with_equal_lines(random: &mut Rng, setup: &mut Setup, steps: &mut Vec<Step>) {
    setup.scenario.dr.log_lines_per_minute = random.u32(..8);
    steps.push(trouble_at(0, Trouble::Burst { lines: random.u32(8..30), seconds: random.u32(10..45) }));
    // Most of them were written before anything is read.
    steps.push(trouble_at(0, Trouble::Unreachable { role: Role::Dr, lasts: random.u64(4..10) }));
    for _ in 0..random.u8(1..4) {
        steps.push(trouble_at(random.u64(12..40), Trouble::Cut));
    }
}

/// Each file of the DR appliance's log begins with the same lines. The log is quiet, and rotated while the connection
/// is gone, so that what was received last may be nothing but those lines.
fn begins_with_banners(random: &mut Rng, setup: &mut Setup, steps: &mut Vec<Step>) {
    setup.scenario.dr.log_lines_per_minute = random.u32(0..4);
    let mut at = random.u64(0..20);
    for _ in 0..random.u8(2..5) {
        steps.push(trouble_at(at, Trouble::Unreachable { role: Role::Dr, lasts: random.u64(4..12) }));
        steps.push(trouble_at(at + random.u64(1..3), dr_logs(random)));
        steps.push(trouble_at(at + random.u64(2..4), Trouble::Banner));
        at += random.u64(15..40);
    }
}

/// The shells of a pause or a resume end where something is changed.
fn is_switched_at_a_change(random: &mut Rng, steps: &mut Vec<Step>) {
    let actions: Vec<u64> = steps
        .iter()
        .filter(|step| matches!(step.deed, Deed::Move(Move::Act { .. })))
        .map(|step| step.at)
        .collect();
    for at in actions {
        let arrives = random.bool();
        let lasts = random.u64(20..120);
        let trouble = Trouble::Switched { role: Role::Primary, arrives, lasts };
        // A second before the move, whose line is typed some seconds after it.
        steps.push(Step { at: at.saturating_sub(1000), deed: Deed::Trouble(trouble) });
    }
}

fn role_of(line: &str) -> Role {
    if line.contains("replication enable") { Role::Primary } else { Role::Dr }
}

fn by_hand(random: &mut Rng) -> (Role, &'static str) {
    let lines = [
        "replication enable",
        "no replication enable",
        "service enable",
        "no service enable",
        "replication num-threads 64",
    ];
    let line = lines[random.usize(..lines.len())];
    (role_of(line), line)
}

fn any_role(random: &mut Rng) -> Role {
    if random.bool() { Role::Primary } else { Role::Dr }
}

impl Setup {
    fn new(random: &mut Rng) -> Self {
        let mut scenario = Scenario::named("procedure").unwrap();
        let bucket = &mut scenario.bucket;
        // Small, so that a story of minutes reaches stage 2; four entries belong to no
        // class, as in the procedure.
        (bucket.entries, bucket.slabs, bucket.maps, bucket.rbtmds) = (110, 6, 50, 50);
        bucket.listing_seconds = random.u32(1..25);
        scenario.generation.seconds = random.u32(10..90);
        scenario.operator = Vec::new();
        scenario.dr.log_lines_per_minute = random.u32(6..90);
        scenario.primary.auto_logout_minutes = random.u32(1..8);
        scenario.dr.auto_logout_minutes = random.u32(1..8);
        if random.bool() {
            scenario.dr.rfsctl_before_service = RfsctlBeforeService::Refuses;
        }
        if random.u8(..4) == 0 {
            scenario.primary.enable_password = Some(PASSWORD.to_owned());
            scenario.dr.enable_password = Some(PASSWORD.to_owned());
        }
        if random.u8(..3) == 0 {
            scenario.line_fault.push(line_fault(random));
        }
        // Never comes: it makes the appliances ones that can be lost.
        scenario.fault.push(Fault {
            from: Anchor::Start,
            after: 2_000_000,
            lasts: 1,
            times: 1,
            every: 0,
            effect: Effect::Unreachable(Role::Dr),
        });
        let settings = RunSettings {
            resume_policy: if random.bool() {
                ResumePolicy::PausedThroughout
            } else {
                ResumePolicy::ResumeAfterStage1
            },
            pause_budget: random.bool().then(|| Elapsed::from_secs(random.u64(60..600))),
            ..RunSettings::default()
        };
        Self {
            scenario,
            is_impostor_numbered: random.u8(..3) > 0,
            primary_starts: if random.u8(..4) == 0 {
                ReplicationState::Paused
            } else {
                ReplicationState::Running
            },
            is_read_only: random.u8(..8) == 0,
            dialect: Words::any(random),
            settings,
        }
    }
}

/// What becomes of a line that changes something; one that is refused in no words is taken, and does nothing.
fn line_fault(random: &mut Rng) -> LineFault {
    let lines = ["no replication enable", "replication enable", "replication num-threads 128"];
    let line = lines[random.usize(..lines.len())];
    let seconds = random.u32(1..60);
    let course = match random.u8(..5) {
        0 => Course::Refused("% Permission denied.".to_owned()),
        1 => Course::Refused(String::new()),
        2 => Course::LostBefore(seconds),
        3 => Course::LostAfter(seconds),
        _ => Course::LostAtReading(seconds),
    };
    LineFault { role: role_of(line), line: line.to_owned(), time: random.usize(1..3), course }
}

impl Move {
    fn any(random: &mut Rng) -> Self {
        let threads = ThreadCount([16, 64, 128][random.usize(..3)]);
        let actions = [ActionKind::Pause, ActionKind::Resume, ActionKind::SetThreads(threads)];
        match random.u8(..20) {
            0 | 1 => Self::Confirm { is_careful: random.bool() },
            2..=6 => Self::Act {
                action: actions[random.usize(..3)],
                is_careful: random.bool(),
                is_right: random.u8(..5) > 0,
                thinks: random.u64(..25),
            },
            7 => Self::Attest { down: random.u64(..8) },
            8 => Self::Acknowledge,
            9 => Self::Note { is_hostile: random.bool() },
            10 => Self::Baseline,
            11 => Self::ListBucket,
            12 => Self::Export,
            13 => Self::Markers,
            14 => Self::Freeze,
            15 => Self::Zoom,
            16 => Self::SignOff,
            17 => {
                if random.bool() {
                    Self::Reconnect
                } else {
                    Self::Search
                }
            }
            18 => Self::Fumble { seed: random.u64(..) },
            _ => Self::Quit { away: random.u64(1..60) },
        }
    }
}

impl Trouble {
    fn any(random: &mut Rng) -> Self {
        let role = any_role(random);
        let lasts = if random.u8(..3) == 0 { random.u64(60..240) } else { random.u64(1..40) };
        match random.u8(..30) {
            0 => Self::Cut,
            1 => Self::Unreachable { role, lasts },
            2 | 3 => Self::Moved { role, lasts },
            4 => Self::Bastion { role, lasts },
            5 => Self::Swapped { lasts },
            6 => Self::OtherKey { role, lasts },
            7 => Self::Renamed { role, lasts },
            8 => Self::Late { role, milliseconds: random.u64(50..9000), lasts },
            9 => Self::Stalled { role, lasts },
            10 => Self::Half { role, bytes: random.usize(..200) },
            11 => Self::DropsTyped { role },
            12 => Self::Wizard { role, lasts: random.u64(1..20) },
            13 => Self::Pager { role, rows: random.u16(2..30), lasts },
            14 => Self::Unasked { role, text: UNASKED[random.usize(..UNASKED.len())] },
            15 => Self::OwnClock { ahead: random.i64(-7200..7200) },
            16 | 17 => Self::Kill { down: random.u64(..90) },
            18 if random.bool() => Self::World(Effect::BlankRotation(Role::Dr)),
            18 => Self::World(Effect::Rotation(Role::Dr)),
            19 => Self::World(Effect::Clock(ClockSet { role, ahead: random.i32(-7200..7200) })),
            26 | 27 => Self::Power { down: random.u64(..60), seed: random.u64(..) },
            28 | 29 => Self::DiskFull { lasts: random.u64(1..60) },
            24 | 25 => Self::Burst { lines: random.u32(1..7), seconds: random.u32(1..30) },
            20 => Self::World(Effect::Restart(Restart { lost_percent: random.u8(..100) })),
            21 => Self::World(Effect::Standstill),
            _ => {
                let text = HOSTILE_LINES[random.usize(..HOSTILE_LINES.len())].to_owned();
                Self::World(Effect::Logs(Logs { role: Role::Dr, text, bare: false }))
            }
        }
    }
}
