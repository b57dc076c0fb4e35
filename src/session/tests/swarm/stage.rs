//! Plays a plan: the machines, the network between, drwatch itself from the loop down to the prompt framing, and the
//! hands that press its keys. To add a fault, add it to [`Trouble`] and carry it out in [`Stage::trouble`]; a move of
//! the engineer goes into [`Move`] and into [`presses`].

mod hands;
mod lives;
mod troubles;

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, time::Duration};

use chrono::{TimeZone as _, Utc};
use ratatui::{Terminal, backend::TestBackend};
use tempfile::TempDir;
use tokio::time::{sleep_until, timeout};

use super::{
    engineer::{Press, presses},
    model::{IMPOSTOR_COUNTER, IMPOSTOR_HOST, Model},
    plan::{Deed, Move, Plan, Words},
};
use crate::{
    clock::{Clock, Setter, Ticker},
    durability::power::{self, Supply},
    run::{Ending, Phase, ReplicationState, Role, Run, Timestamp},
    screen::View,
    session::{
        event_loop::EventLoop,
        signals::Signals,
        tests::hostile::{Machine, Network},
    },
    simulator::{Scenario, SharedWorld, Speed},
};

/// No wait of the loop is longer, whatever the appliances do: the beat comes every second.
const TURN_LIMIT: Duration = Duration::from_secs(3);

/// How long all is well again before the engineer quits for good.
const QUIET: u64 = 200_000;

/// What is to be done at a time.
#[derive(Clone, Debug)]
enum Op {
    Deed(Deed),
    Press(Press),
    /// An end to what a trouble began.
    LeadBack(Role),
    LandBack,
    DiskEmptied,
    Heal,
    /// drwatch is started again, to go on with the run.
    GoOn,
    /// The engineer quits for good.
    End,
}

/// One life of drwatch.
struct Life {
    event_loop: EventLoop,
    view: View,
    terminal: Terminal<TestBackend>,
    beat: Ticker,
    signals: Signals,
}

/// All that plays together.
struct Stage {
    plan: Plan,
    network: Network,
    world: SharedWorld,
    clock: Clock,
    setter: Setter,
    /// Where the runs are kept, and what notes of them what was forced to disk.
    runs: TempDir,
    supply: Option<Supply>,
    model: Rc<RefCell<Model>>,
    life: Option<Life>,
    agenda: BTreeMap<(u64, u32), Op>,
    order: u32,
    /// The run as it ended, until it is gone on with.
    last: Option<Run>,
}

/// What a play came to.
pub(super) struct Played {
    pub(super) violations: Vec<super::model::Violation>,
    /// The phase that drwatch came to; `None` where it never ended in order.
    pub(super) phase: Option<Phase>,
    /// How long it lasted, in virtual time.
    pub(super) lasted: Duration,
    pub(super) story: Vec<String>,
    pub(super) hits: BTreeMap<&'static str, u64>,
}

/// Plays `plan` on a runtime of its own, on virtual time.
pub(super) fn play(plan: &Plan) -> Played {
    // The generator of this thread, from which drwatch itself draws: otherwise a seed would not give the
    // same story again.
    fastrand::seed(plan.seed);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut stage = Stage::new(plan.clone());
        Box::pin(stage.play()).await;
        let mut model = stage.model.borrow_mut();
        for (fault, hits) in stage.network.hits() {
            *model.hits.entry(fault).or_default() += hits;
        }
        Played {
            lasted: model.elapsed(),
            phase: stage.last.as_ref().map(Run::phase),
            violations: std::mem::take(&mut model.violations),
            story: std::mem::take(&mut model.story),
            hits: std::mem::take(&mut model.hits),
        }
    })
}

fn impostor(plan: &Plan) -> Scenario {
    let mut scenario = plan.setup.scenario.clone();
    for (machine, number) in [(&mut scenario.primary, 1), (&mut scenario.dr, 2)] {
        if plan.setup.is_impostor_numbered {
            machine.serial = format!("IMPOSTOR{number}");
        }
        machine.log_host = IMPOSTOR_HOST.to_owned();
    }
    scenario.download.counter_baseline = IMPOSTOR_COUNTER;
    scenario
}

/// A folder for the runs: in memory where there is one, as every second of a story is forced to disk.
fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

impl Stage {
    fn new(plan: Plan) -> Self {
        let start = Timestamp::new(Utc.with_ymd_and_hms(2026, 9, 13, 16, 0, 0).unwrap());
        // drwatch has a clock that can be set; the appliances keep the true time.
        let (clock, setter) = Clock::staged(start);
        let world_clock = Clock::scaled(start, 1.0);
        let world = |scenario, seed, state| {
            SharedWorld::in_memory(scenario, seed, start, Speed::REAL, state, world_clock)
        };
        let state = plan.setup.primary_starts;
        let other = match state {
            ReplicationState::Paused => ReplicationState::Running,
            ReplicationState::Running => ReplicationState::Paused,
        };
        let own = world(plan.scenario(), plan.seed, state);
        let others = world(impostor(&plan), plan.seed + 1, other);
        others.type_line(Role::Dr, "service enable").unwrap();
        let network =
            Network::of(Machine::new(&own, Role::Primary, "prod"), Machine::new(&own, Role::Dr, "dr"));
        network.add(Machine::new(&others, Role::Primary, "impostor-prod"));
        network.add(Machine::new(&others, Role::Dr, "impostor-dr"));
        if let Some(Words::Other(other)) = plan.setup.dialect {
            network.say_instead(other.said);
        }
        let model = Rc::new(RefCell::new(Model::new(&plan, network.machines())));
        let runs = folder();
        power::fill(false);
        let mut new = Self {
            network,
            world: own,
            clock,
            setter,
            supply: plan.loses_power().then(|| power::on(runs.path())),
            runs,
            model,
            life: None,
            agenda: BTreeMap::new(),
            order: 0,
            last: None,
            plan,
        };
        for step in new.plan.steps.clone() {
            new.at(step.at, Op::Deed(step.deed));
        }
        new
    }

    fn at(&mut self, milliseconds: u64, op: Op) {
        self.order += 1;
        // The order makes the key unique and keeps operations of one moment in the order they were added.
        self.agenda.insert((milliseconds, self.order), op);
    }

    fn now(&self) -> u64 {
        u64::try_from(self.model.borrow().elapsed().as_millis()).unwrap()
    }

    fn after(&mut self, milliseconds: u64, op: Op) {
        let now = self.now();
        self.at(now + milliseconds, op);
    }

    async fn play(&mut self) {
        self.start();
        let mut is_ending = false;
        loop {
            let Some(((at, _), op)) = self.agenda.pop_first() else {
                if is_ending {
                    break;
                }
                is_ending = true;
                self.after(0, Op::Heal);
                self.after(1, Op::GoOn);
                self.after(QUIET, Op::End);
                continue;
            };
            Box::pin(self.go_to(at)).await;
            Box::pin(self.carry_out(op)).await;
            // What follows from a broken promise breaks others.
            if self.model.borrow().violations.len() > 3 {
                break;
            }
        }
        self.model.borrow_mut().hit("played");
    }

    /// Lets drwatch and the world go on until then; whatever drwatch awaits at that moment is dropped.
    async fn go_to(&mut self, milliseconds: u64) {
        let end =
            tokio::time::Instant::now() + Duration::from_millis(milliseconds.saturating_sub(self.now()));
        while tokio::time::Instant::now() < end {
            let Some(life) = &mut self.life else {
                let second = tokio::time::Instant::now() + Duration::from_secs(1);
                sleep_until(end.min(second)).await;
                self.model.borrow_mut().look(self.clock);
                continue;
            };
            let turn = timeout(TURN_LIMIT, life.event_loop.turn(&mut life.beat, &mut life.signals));
            let turned = tokio::select! {
                biased;
                () = sleep_until(end) => return,
                turned = turn => turned,
            };
            if turned.is_err() {
                let detail = format!("nothing for {TURN_LIMIT:?}");
                self.model.borrow_mut().broken("the loop always turns", detail);
            }
            self.model.borrow_mut().turn(life.event_loop.run(), self.clock);
            if life.event_loop.session.is_ending() {
                Box::pin(self.end_life()).await;
            }
        }
    }

    async fn carry_out(&mut self, op: Op) {
        match op {
            Op::Deed(Deed::Move(of)) => {
                self.model.borrow_mut().tell(format!("the engineer {}: {of:?}", of.name()));
                if self.life.is_some() {
                    self.model.borrow_mut().hit(of.name());
                }
                for (later, press) in presses(&of) {
                    self.after(later, Op::Press(press));
                }
                if let Move::Quit { away } = of {
                    self.after(3000 + away * 1000, Op::GoOn);
                }
            }
            Op::Deed(Deed::ByHand(role, line)) => {
                self.model.borrow_mut().tell(format!("somebody types {line:?} on the {role}"));
                self.model.borrow_mut().hit("typed by hand");
                self.world.type_line(role, line).unwrap();
            }
            Op::Deed(Deed::Trouble(trouble)) => {
                self.model.borrow_mut().tell(format!("trouble: {trouble:?}"));
                self.model.borrow_mut().hit(trouble.name());
                self.trouble(&trouble);
            }
            Op::Press(press) => self.press(&press),
            Op::LeadBack(role) => {
                self.network.lead(role, usize::from(role == Role::Dr));
                self.network.prove(role, 0);
                self.network.cut();
            }
            Op::LandBack | Op::Heal => {
                if matches!(op, Op::Heal) {
                    power::fill(false);
                }
                self.network.heal();
                self.network.cut();
            }
            Op::DiskEmptied => power::fill(false),
            Op::GoOn => {
                if self.life.is_none() {
                    self.start();
                }
            }
            Op::End => {
                if let Some(life) = &mut self.life {
                    life.event_loop.end(Ending::Quit);
                    Box::pin(self.end_life()).await;
                }
            }
        }
    }
}
