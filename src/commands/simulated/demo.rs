//! A demo: a scenario of the simulator watched by the real loop.

use std::{io, path::PathBuf, sync::Arc};

use tokio::sync::mpsc;

use crate::{
    appliance::{
        gate::{Access, Gate},
        supervisor::{Schedule, Supervision},
        tail::Memory,
        transport::Transport,
    },
    clock::Clock,
    console::front::Front,
    dialect::Dialect,
    ingest::log_parser::LogParser,
    journal::RunFolder,
    run::{ReplicationState, Role, Run, RunSettings},
    screen::{Mode, Theme},
    session::{
        appliances::task::ApplianceTask,
        control::Control,
        control::plans::Plans,
        event_loop::{EventLoop, OBSERVATION_QUEUE, Scripted, Sources},
        record::identity::LocalIdentity,
        record::recorder::Syncing,
        setup::{Display, Failure, Names, begin, check_display, front, runs_dir, started_event},
        signals::Signals,
        state::{Parts, Session, Until},
    },
    settings::NoticeSettings,
    simulator::{Parts as ScriptParts, Scenario, Script, SharedWorld, Speed},
};

use super::transport::SimulatedTransport;

/// What a demo is made from.
#[derive(Clone, Debug)]
pub(crate) struct DemoOptions {
    /// Name of the scenario.
    pub scenario: String,
    /// Seed of all chance.
    pub seed: u64,
    /// Where it is shown.
    pub display: Display,
    /// Where runs are kept.
    pub runs_dir: Option<PathBuf>,
}

/// Plays a scenario: the whole script without a screen, the appliances' side of it on one.
///
/// # Errors
/// The scenario is unknown, or record or terminal cannot be had.
pub(crate) async fn demo(options: DemoOptions, clock: Clock) -> Result<(Run, io::Result<()>), Failure> {
    // Listened to before the terminal is taken: a signal must not leave it taken.
    let signals = Signals::listen().map_err(Failure::Signals)?;
    let event_loop = demo_session(&options, clock, clock)?;
    Ok(Box::pin(event_loop.run_to_end(signals)).await)
}

/// The loop of a demo, all set to run; the appliances may have a clock of their own.
pub(crate) fn demo_session(
    options: &DemoOptions,
    clock: Clock,
    appliances: Clock,
) -> Result<EventLoop, Failure> {
    check_display(options.display)?;
    let scenario = Scenario::named(&options.scenario)?;
    let on_screen = options.display == Display::Screen;
    let primary_starts = if on_screen { ReplicationState::Paused } else { ReplicationState::Running };
    let parts = if on_screen { ScriptParts::ApplianceSideOnly } else { ScriptParts::All };
    let script = Script::new(scenario.operator.clone(), parts).with_patience(scenario.patience());
    let start = appliances.now();
    let world =
        SharedWorld::in_memory(scenario, options.seed, start, Speed::REAL, primary_starts, appliances);
    let front = front(options.display, Theme::from_environment(|name| std::env::var(name).ok()), Mode::Demo)?;
    simulated_session(Simulation {
        clock,
        world,
        script,
        seed: options.seed,
        settings: RunSettings::default(),
        access: Access::ReadAndChange,
        dialect: Dialect::built_in(),
        runs_dir: runs_dir(options.runs_dir.as_deref())?,
        syncing: if on_screen { Syncing::EverySecond } else { Syncing::OnEdges },
        until: if on_screen { Until::Quit } else { Until::ScriptEnd },
        front,
    })
}

/// What a watch of a simulated pair is made of.
pub(crate) struct Simulation {
    /// drwatch's; the appliances have that of their world.
    pub(crate) clock: Clock,
    pub(crate) world: SharedWorld,
    pub(crate) script: Script,
    pub(crate) seed: u64,
    pub(crate) settings: RunSettings,
    pub(crate) access: Access,
    pub(crate) dialect: Dialect,
    pub(crate) runs_dir: PathBuf,
    pub(crate) syncing: Syncing,
    pub(crate) until: Until,
    pub(crate) front: Front,
}

/// The loop of a watch of a simulated pair, all set to run.
pub(crate) fn simulated_session(simulation: Simulation) -> Result<EventLoop, Failure> {
    let world = simulation.world.clone();
    simulated_session_over(simulation, |role| Arc::new(SimulatedTransport::new(world.clone(), role)))
}

/// The same, with ways of its own to the appliances.
pub(crate) fn simulated_session_over(
    simulation: Simulation,
    way: impl Fn(Role) -> Arc<dyn Transport>,
) -> Result<EventLoop, Failure> {
    let Simulation { clock, world, script, seed, settings, access, dialect, .. } = simulation;
    let dialect = Arc::new(dialect);
    let (sender, observations) = mpsc::channel(OBSERVATION_QUEUE);
    let mut appliance_tasks = Vec::new();
    let mut plans = Plans::default();
    for role in [Role::Primary, Role::Dr] {
        let gate = Gate::new(role, &dialect, access)?;
        plans.add(&gate, &settings);
        let supervision = Supervision {
            role,
            transport: way(role),
            dialect: Arc::clone(&dialect),
            gate,
            schedule: Schedule::default(),
            clock,
            tail: role == Role::Dr,
            expected: None,
            memory: Memory::default(),
            enable_password: None,
            seed,
        };
        appliance_tasks.push(ApplianceTask::start(supervision, sender.clone()));
    }
    let read_only = access == Access::ReadOnly;
    let started =
        |folder: &RunFolder| started_event(folder.id(), &settings, &dialect, Names::simulated(), read_only);
    let (recorder, first) = begin(&simulation.runs_dir, clock.now(), simulation.syncing, started)?;
    let session = Session::new(Parts {
        clock,
        recorder,
        first,
        log_parser: LogParser::new(dialect),
        control: Control::new(LocalIdentity::of_this_process().user, plans, vec![Role::Primary, Role::Dr]),
        notice: NoticeSettings::default(),
        until: simulation.until,
        transcript: simulation.front.transcript(),
    });
    let scripted = Some(Scripted { world, script });
    let sources = Sources { appliance_tasks, observations, log_reader: None, scripted };
    Ok(EventLoop::new(session, simulation.front, sources))
}
