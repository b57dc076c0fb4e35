//! A third machine: every way in which another machine than the confirmed one can come to answer, times
//! every action. Nothing that changes anything may reach another machine, and nothing another machine says
//! may become a reading or an outcome. The table and the screens of all cells are written to the output.

mod reconnects;

use std::fmt::Write as _;

use ratatui::{Terminal, backend::TestBackend};

use super::*;
use crate::{
    run::{Code, IdentityPart, Known, PairIdentities, Reading},
    screen::{AvailableActions, Facts, Mode, RecordingState, Scene, Theme, View, draw_cells},
    session::tests::hostile::{Machine, Network},
    simulator::{Course as Grief, LineFault},
};

/// How another machine comes to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attack {
    /// The address leads to a box of the same name.
    OtherSerial,
    /// The same, and even the serial is the same; only its host key, which is accepted, is another.
    OtherKey,
    /// The prompts show another name in mid-connection.
    Renamed,
    /// New shells of the same connection end on another machine.
    Bastion,
    /// The address moves while a dialog is open.
    DialogOpen,
    /// The connection drops before the line acts, and a machine that is in the wanted state answers next.
    ReadsBack,
    /// The DR address leads to an appliance that has restored already.
    DrMoved,
    /// Both addresses are one machine without a serial, each reached by another type of key.
    OneMachineTwice,
    /// Two machines that nothing tells apart.
    Indistinct,
    /// Each address leads to the other appliance.
    Swapped,
}

const ATTACKS: [Attack; 10] = [
    Attack::OtherSerial,
    Attack::OtherKey,
    Attack::Renamed,
    Attack::Bastion,
    Attack::DialogOpen,
    Attack::ReadsBack,
    Attack::DrMoved,
    Attack::OneMachineTwice,
    Attack::Indistinct,
    Attack::Swapped,
];
const ACTIONS: [ActionKind; 3] = [ActionKind::Pause, ActionKind::Resume, THREADS];

/// A watch on a hostile network.
struct Attacked {
    watched: Watched,
    network: Network,
    action: ActionKind,
    /// A machine that looks like the one the action belongs to.
    impostor: usize,
}

/// A machine whose replication, or number of threads, is what `action` would make of it.
fn impostor(attack: Attack, action: ActionKind, clock: Clock) -> Machine {
    let mut scenario = quick();
    let role = action.role();
    let machine = if role == Role::Primary { &mut scenario.primary } else { &mut scenario.dr };
    if attack != Attack::OtherKey {
        machine.serial = "IMPOSTOR1".to_owned();
    }
    let state =
        if action == ActionKind::Pause { ReplicationState::Paused } else { ReplicationState::Running };
    let world = SharedWorld::in_memory(scenario, 2, clock.now(), Speed::REAL, state, clock);
    if let ActionKind::SetThreads(count) = action {
        world.type_line(Role::Dr, &format!("replication num-threads {count}")).unwrap();
    }
    if attack == Attack::DrMoved {
        world.type_line(Role::Dr, "service enable").unwrap();
    }
    Machine::new(&world, role, "impostor")
}

impl Attacked {
    fn start(attack: Attack, action: ActionKind) -> Self {
        let mut scenario = quick();
        if attack == Attack::ReadsBack {
            let (role, line) = (action.role(), line_of(action).to_owned());
            scenario.line_fault.push(LineFault { role, line, time: 1, course: Grief::LostBefore(20) });
        }
        if attack == Attack::OneMachineTwice || attack == Attack::Indistinct {
            (scenario.primary.serial, scenario.dr.serial) = ("N/A".to_owned(), "N/A".to_owned());
        }
        if attack == Attack::Indistinct {
            scenario.dr.hostname = scenario.primary.hostname.clone();
        }
        let world = world(scenario);
        let machine = |role, name| Machine::new(&world, role, name);
        let (mut primary, mut dr) = (machine(Role::Primary, "prod"), machine(Role::Dr, "dr"));
        if attack == Attack::Indistinct {
            (primary.keys, dr.keys) = (Vec::new(), Vec::new());
        }
        let network = Network::of(primary, dr);
        match attack {
            Attack::OneMachineTwice => {
                network.lead(Role::Dr, 0);
                network.prove(Role::Dr, 1);
            }
            Attack::Swapped => {
                network.lead(Role::Primary, 1);
                network.lead(Role::Dr, 0);
            }
            _ => {}
        }
        let clock = world.clock();
        let ways = network.clone();
        let watched = Watched::over(
            world,
            RunSettings::default(),
            Access::ReadAndChange,
            Dialect::built_in(),
            |role| ways.way(role),
        );
        let role = if attack == Attack::DrMoved { THREADS } else { action };
        let impostor = network.add(impostor(attack, role, clock));
        Self { watched, network, action, impostor }
    }

    fn role(&self) -> Role {
        self.action.role()
    }

    /// The wish of an engineer who types all that the action has ever taken.
    fn wish(&self) -> ActionRequest {
        let reason = "ordered by the head of operations".to_owned();
        let r#override = (self.action == ActionKind::Resume).then_some(Override { reason });
        ActionRequest { action: self.action, r#override, statement: None, typed: None }
    }

    async fn connected(&mut self) {
        self.watched
            .until("connections", |run| {
                run.primary.link == Link::Connected
                    && run.dr.link == Link::Connected
                    && run.dr.service.is_some()
            })
            .await;
    }

    /// In the state in which the action has something to change.
    async fn ready(&mut self) {
        self.watched.ready().await;
        if self.action == ActionKind::Resume {
            self.watched.act(ActionKind::Pause).await;
        }
    }

    /// The address of the action's appliance leads to the impostor from now on.
    fn moved(&self, role: Role) {
        self.network.lead(role, self.impostor);
        self.network.cut();
    }

    /// Lets the attack happen around the action.
    async fn play(&mut self, attack: Attack) {
        match attack {
            Attack::OtherSerial | Attack::OtherKey => {
                self.moved(self.role());
                // At once, while the drop was not noticed, and again when the other machine has answered.
                drop(self.watched.event_loop.act(self.wish()));
                self.watched.for_seconds(90).await;
                assert!(self.watched.event_loop.act(self.wish()).is_err());
            }
            Attack::Renamed => {
                let name = self.watched.run().name(self.role());
                self.network.disguise(self.role(), &format!("{name} "), "ava-evil ");
                drop(self.watched.event_loop.act(self.wish()));
            }
            Attack::Bastion => {
                self.network.land(self.role(), self.impostor);
                drop(self.watched.event_loop.act(self.wish()));
            }
            Attack::DialogOpen => {
                let shown = self.watched.event_loop.present_pair();
                self.moved(self.role());
                self.watched.for_seconds(90).await;
                assert!(
                    self.watched.event_loop.confirm_pair(&shown, None, None).is_err(),
                    "what was shown is gone"
                );
                assert!(self.watched.event_loop.act(self.wish()).is_err());
            }
            Attack::ReadsBack => {
                self.watched.event_loop.act(self.wish()).unwrap();
                let (action, role) = (self.action, self.role());
                while self.network.machines()[usize::from(role == Role::Dr)].changes().len()
                    < usize::from(action == ActionKind::Resume) + 1
                {
                    self.watched.event_loop.turn(&mut self.watched.beat, &mut self.watched.signals).await;
                }
                self.moved(role);
            }
            Attack::DrMoved => {
                self.moved(Role::Dr);
                drop(self.watched.event_loop.act(self.wish()));
                self.watched.for_seconds(90).await;
                assert!(self.watched.event_loop.act(self.wish()).is_err());
            }
            Attack::OneMachineTwice | Attack::Swapped => {
                let pair = self.watched.event_loop.present_pair();
                drop(self.watched.event_loop.confirm_pair(&pair, None, None));
                assert!(self.watched.event_loop.act(self.wish()).is_err());
            }
            Attack::Indistinct => {
                let pair = self.watched.event_loop.present_pair();
                assert!(
                    self.watched.event_loop.confirm_pair(&pair, None, None).is_err(),
                    "a reason is needed"
                );
                assert!(self.watched.event_loop.act(self.wish()).is_err());
                let reason = Some("two racks, I have both in sight".to_owned());
                self.watched.event_loop.confirm_pair(&pair, reason, None).unwrap();
                if self.action == ActionKind::Resume {
                    self.watched.act(ActionKind::Pause).await;
                }
                self.watched.act(self.action).await;
            }
        }
        self.watched.for_seconds(120).await;
    }

    /// Lines that change something, by machine: the confirmed one and all others.
    fn changes(&self) -> (usize, usize) {
        let machines = self.network.machines();
        let own = machines[usize::from(self.role() == Role::Dr)].changes();
        let own = own.iter().filter(|line| *line == line_of(self.action)).count();
        let others: usize = machines
            .iter()
            .enumerate()
            .filter(|(at, _)| *at == self.impostor)
            .map(|(_, m)| m.changes().len())
            .sum();
        (own, others)
    }

    fn frame(&self) -> String {
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).unwrap();
        let log = crate::screen::Scrollback::default();
        let scene = Scene {
            facts: Facts {
                run: self.watched.run(),
                log: &log,
                available: &AvailableActions::default(),
                mode: Mode::Watch,
                now: self.watched.clock.now(),
            },
            view: &View::default(),
            theme: &Theme::default(),
            journal: &RecordingState::Recording,
        };
        terminal.draw(|frame| draw_cells(frame.buffer_mut(), &scene)).unwrap();
        terminal.backend().to_string()
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_that_changes_anything_reaches_another_machine_and_nothing_it_says_counts() {
    let mut table = String::from(
        "| attack | action | lines at the confirmed | at others | outcome | control after | blocking findings |\n|---|---|---|---|---|---|---|\n",
    );
    for attack in ATTACKS {
        for action in ACTIONS {
            let mut attacked = Attacked::start(attack, action);
            attacked.connected().await;
            if !matches!(attack, Attack::OneMachineTwice | Attack::Swapped | Attack::Indistinct) {
                attacked.ready().await;
            }
            let known = attacked.watched.run().replication.state;
            let (before, _) = attacked.changes();
            attacked.play(attack).await;
            let (own, others) = attacked.changes();
            let own = own - before;
            let run = attacked.watched.run();
            let of_this = run.actions.iter().rev().find(|one| one.plan.action == action);
            let outcome = of_this.map_or("refused", |one| one.state.word());
            let verdict = table::word(&authorize(run, action));
            let blocking: Vec<_> = run
                .open_findings()
                .filter(|finding| finding.severity == crate::run::FindingSeverity::Blocking)
                .map(|finding| finding.code.name())
                .collect();
            let name = format!("{attack:?} {action:?}");
            writeln!(
                table,
                "| {attack:?} | {} | {own} | {others} | {outcome} | {verdict} | {} |",
                action.word(),
                blocking.join(", ")
            )
            .unwrap();
            println!("--- {name}\n{}", attacked.frame());
            assert_eq!(others, 0, "{name}: a changing line reached another machine");
            match attack {
                Attack::Indistinct => assert_eq!((own, outcome), (1, "confirmed"), "{name}"),
                Attack::ReadsBack => {
                    assert_eq!((own, outcome), (1, "unknown"), "{name}: {:?}", of_this.map(|one| &one.state));
                }
                _ => assert!(own == 0 && outcome != "confirmed", "{name}: {own} {outcome}"),
            }
            if attack != Attack::Indistinct {
                assert!(!blocking.is_empty(), "{name}: no blocking finding");
                assert_ne!(verdict, "allowed", "{name}");
                if attack != Attack::Swapped && attack != Attack::OneMachineTwice {
                    assert_eq!(run.replication.state, known, "{name}: a reading of another machine");
                }
            }
            assert_eq!(run.phase(), Phase::Prepare, "{name}: another machine's log");
            assert!(
                attacked.watched.replayed() == *attacked.watched.run(),
                "{name}: the record tells another run"
            );
        }
    }
    println!("{table}");
}

fn differing(run: &Run, role: Role) -> Vec<IdentityPart> {
    run.identity_differences(role).into_iter().map(|difference| difference.part).collect()
}

#[tokio::test(start_paused = true)]
async fn a_log_of_another_machine_never_reaches_the_record() {
    let mut attacked = Attacked::start(Attack::DrMoved, THREADS);
    attacked.connected().await;
    attacked.ready().await;
    let before = std::fs::read(attacked.watched.folder().join("dr.log")).unwrap();
    attacked.moved(Role::Dr);
    attacked.watched.for_seconds(900).await;
    let log = std::fs::read(attacked.watched.folder().join("dr.log")).unwrap();
    let added = String::from_utf8_lossy(&log[before.len()..]).into_owned();
    assert!(!added.contains("namespace_restore"), "{added}");
    assert_eq!(attacked.watched.run().phase(), Phase::Prepare);
    let threads = attacked.watched.run().threads.as_ref().map(|threads| threads.reading.clone());
    assert_ne!(threads, Some(Reading::Known(ThreadCount(128))), "the impostor has 128");
}
