//! A demo: a scenario of the simulator watched by the real loop.

use std::{io, path::PathBuf, sync::Arc};

use tokio::sync::mpsc;

use crate::{
    appliance::{
        gate::{Access, Gate},
        supervisor::Schedule,
        tail::Memory,
        transport::Transport,
    },
    clock::Clock,
    console::front::Front,
    dialect::{Dialect, built_in_digest},
    ingest::log_parser::LogParser,
    journal::RunFolder,
    playback::read_record,
    run::{ReplicationState, Role, Run, RunSettings},
    screen::{Keymap, Mode},
    session::{
        control::Control,
        control::plans::Plans,
        event_loop::{EventLoop, OBSERVATION_QUEUE, Scripted, Sources},
        record::identity::LocalIdentity,
        record::recorder::Syncing,
        setup::{Display, Failure, Names, begin, check_display, front, runs_dir, started_event, theme},
        signals::{HeldSignals, Signals},
        state::{Parts, RepeatedOptions, Session, StatedTest, Until},
    },
    settings::{NoticeSettings, Settings},
    simulator::{KeyPresser, Scenario, Script, SharedWorld, Speed},
};

use super::transport::SimulatedTransport;
use crate::commands::{
    command_line::panic_report::record_is_in,
    setup::{
        assemble::{Way, schedule},
        opening::{run_to_be, show},
    },
};

pub(crate) struct DemoOptions {
    pub(crate) scenario: String,
    pub(crate) seed: u64,
    pub(crate) display: Display,
    pub(crate) runs_dir: Option<PathBuf>,
    /// Of these the demo takes what does not concern real appliances: policy, budget, threads, periods, symbols,
    /// bell, read-only. The notice command is left out, so that practising alarms nobody.
    pub(crate) settings: Settings,
    /// Who acts, and what the test is to show.
    pub(crate) test: StatedTest,
}

/// Plays a scenario with its whole script; on a screen the engineer presses the keys, and the script does where nobody
/// is there.
pub(crate) async fn demo(
    options: DemoOptions,
    repeated: RepeatedOptions,
    keymap: Keymap,
    clock: Clock,
) -> Result<(Run, io::Result<()>), Failure> {
    let begin = || {
        let event_loop = demo_session(&options, clock, clock)?;
        Ok::<_, Failure>(event_loop.with_keymap(keymap).with_past(read_record).repeating(repeated))
    };
    // Before the terminal is taken and the record begun, of which a signal must leave neither half done.
    let (event_loop, signals) = if options.display == Display::Screen {
        let held = HeldSignals::hold().map_err(Failure::Signals)?;
        (begin()?, Signals::listen_to_held(held).map_err(Failure::Signals)?)
    } else {
        let signals = Signals::listen().map_err(Failure::Signals)?;
        (begin()?, signals)
    };
    Ok(Box::pin(event_loop.run_to_end(signals)).await)
}

/// The loop of a demo, ready to run; the appliances may have a clock of their own.
pub(crate) fn demo_session(
    options: &DemoOptions,
    clock: Clock,
    appliances: Clock,
) -> Result<EventLoop, Failure> {
    check_display(options.display)?;
    let scenario = Scenario::named(&options.scenario)?;
    let on_screen = options.display == Display::Screen;
    let presser = if on_screen { KeyPresser::Engineer } else { KeyPresser::Script };
    let script = Script::new(scenario.operator.clone(), presser, scenario.patience());
    let (start, running) = (appliances.now(), ReplicationState::Running);
    let world = SharedWorld::in_memory(scenario, options.seed, start, Speed::REAL, running, appliances);
    let settings = &options.settings;
    let mut front = front(options.display, theme(settings.screen), Mode::Demo)?;
    let run_settings = settings.for_run();
    let run =
        run_to_be(Names::simulated(), &run_settings, built_in_digest(), settings.read_only, clock.now());
    if let (Some(screen), Some(run)) = (front.screen(), run) {
        show(screen, &run, &clock);
    }
    let dialect = Dialect::built_in();
    let mut event_loop = simulated_session(Simulation {
        clock,
        world,
        script,
        seed: options.seed,
        settings: run_settings,
        schedule: schedule(settings),
        bell: settings.notice.bell,
        access: if settings.read_only { Access::ReadOnly } else { Access::ReadAndChange },
        dialect,
        runs_dir: runs_dir(options.runs_dir.as_deref())?,
        syncing: if on_screen { Syncing::EverySecond } else { Syncing::OnEdges },
        until: if on_screen { Until::Quit } else { Until::ScriptEnd },
        front,
    })?;
    event_loop.update(|session| session.state_test(options.test.clone()));
    Ok(event_loop)
}

pub(crate) struct Simulation {
    /// The clock of drwatch; the appliances have that of their world.
    pub(crate) clock: Clock,
    pub(crate) world: SharedWorld,
    pub(crate) script: Script,
    pub(crate) seed: u64,
    pub(crate) settings: RunSettings,
    pub(crate) schedule: Schedule,
    pub(crate) bell: bool,
    pub(crate) access: Access,
    pub(crate) dialect: Dialect,
    pub(crate) runs_dir: PathBuf,
    pub(crate) syncing: Syncing,
    pub(crate) until: Until,
    pub(crate) front: Front,
}

/// The loop of a watch of a simulated pair, ready to run.
pub(crate) fn simulated_session(simulation: Simulation) -> Result<EventLoop, Failure> {
    let world = simulation.world.clone();
    simulated_session_over(simulation, |role| Arc::new(SimulatedTransport::new(world.clone(), role)))
}

/// The same over other transports.
pub(crate) fn simulated_session_over(
    simulation: Simulation,
    transport_to: impl Fn(Role) -> Arc<dyn Transport>,
) -> Result<EventLoop, Failure> {
    let Simulation { clock, world, script, seed, settings, schedule, access, dialect, .. } = simulation;
    let dialect = Arc::new(dialect);
    let (sender, observations) = mpsc::channel(OBSERVATION_QUEUE);
    let mut appliance_tasks = Vec::new();
    let mut plans = Plans::default();
    for role in [Role::Primary, Role::Dr] {
        let gate = Gate::new(role, &dialect, access)?;
        plans.add(&gate, &settings);
        let (transport, log) = (transport_to(role), (role == Role::Dr).then(Memory::default));
        let way = Way { role, gate, transport, login: None, enable_password: None, seed };
        appliance_tasks.push(way.start(Arc::clone(&dialect), schedule, clock, log, None, sender.clone()));
    }
    let read_only = access == Access::ReadOnly;
    let started =
        |folder: &RunFolder| started_event(folder.id(), &settings, &dialect, Names::simulated(), read_only);
    let (recorder, first) = begin(&simulation.runs_dir, clock.now(), simulation.syncing, started)?;
    record_is_in(recorder.folder().path());
    let session = Session::new(Parts {
        clock,
        recorder,
        first,
        log_parser: LogParser::new(dialect),
        control: Control::new(LocalIdentity::of_this_process().user, plans, vec![Role::Primary, Role::Dr]),
        notice: NoticeSettings { bell: simulation.bell, command: None },
        until: simulation.until,
        transcript: simulation.front.transcript(),
    });
    let scripted = Some(Scripted { world, script });
    let sources = Sources { appliance_tasks, observations, log_reader: None, scripted };
    Ok(EventLoop::new(session, simulation.front, sources))
}
