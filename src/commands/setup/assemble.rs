//! The last step of a watch of real appliances: record, sources and front put together, a fresh run or an interrupted
//! one. Where the options come from, and how appliances are reached, lives elsewhere; the tests bring ways of their own.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::sync::mpsc;

use crate::{
    appliance::{
        gate::Gate,
        observation::Observation,
        shell::Secret,
        supervisor::{Schedule, Supervision},
        tail::Memory,
        transport::Transport,
    },
    clock::Clock,
    console::{front::Front, output::say_on_error},
    dialect::Dialect,
    ingest::{
        log_parser::LogParser,
        log_source::{LogReader, LogSource},
    },
    journal::RunFolder,
    run::{Event, Identity, LogOrigin, Role, RunSettings},
    session::{
        appliances::connect::PreconnectedTransport,
        appliances::task::ApplianceTask,
        control::Control,
        control::plans::Plans,
        event_loop::{EventLoop, OBSERVATION_QUEUE, Sources},
        record::identity::LocalIdentity,
        record::interruption::Interruption,
        record::recorder::Syncing,
        setup::{Failure, Names, begin, started_event},
        state::{Parts, Session, StatedTest, Until},
    },
    settings::Settings,
};

use super::{given_files::written_by, history::history, known_roles::known_roles};
use crate::commands::{command_line::panic_report::record_is_in, resume::Interrupted};

/// The parts of a watch, once its options are checked and its appliances were tried.
pub(crate) struct Assembly {
    pub(crate) clock: Clock,
    pub(crate) runs_dir: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) run_settings: RunSettings,
    pub(crate) dialect: Arc<Dialect>,
    pub(crate) log: LogSource,
    pub(crate) ways: Vec<Way>,
    /// The run to go on with, if any.
    pub(crate) interrupted: Option<Interrupted>,
    /// Sentences for the screen, which shows one: what concerns the newest run comes first.
    pub(crate) news: Vec<String>,
    /// A saved bucket listing.
    pub(crate) bucket: Option<Event>,
    pub(crate) until: Until,
    /// Who acts, and what the test is to show.
    pub(crate) test: StatedTest,
}

/// Begins the record, or goes on with it, and starts all that feeds the loop.
pub(crate) fn assemble(assembly: Assembly, mut front: Front) -> Result<EventLoop, Failure> {
    let Assembly { clock, settings, run_settings, dialect, log, ways, mut news, .. } = assembly;
    let mut plans = Plans::default();
    for way in &ways {
        plans.add(&way.gate, &run_settings);
    }
    let mut test = assembly.test;
    let (recorder, first, interruption) = if let Some(interrupted) = assembly.interrupted {
        // The machine's clock may have been set back since.
        clock.not_before(interrupted.run().recorded_at);
        test.is_taken_over = interrupted.run().recorder() != LocalIdentity::of_this_process().label();
        let (recorder, first, interruption) = interrupted.go_on(clock.now())?;
        (recorder, first, Some(interruption))
    } else {
        let names = names_with_history(&settings, log.origin(), &assembly.runs_dir);
        let started = |folder: &RunFolder| {
            started_event(folder.id(), &run_settings, &dialect, names, settings.read_only)
        };
        let (recorder, first) = begin(&assembly.runs_dir, clock.now(), Syncing::EverySecond, started)?;
        (recorder, first, None)
    };
    record_is_in(recorder.folder().path());
    for warning in recorder.disk_warnings() {
        if front.screen().is_none() {
            // A closed standard error is no reason not to watch.
            drop(say_on_error(&warning));
        }
        news.push(warning);
    }

    let (sender, observations) = mpsc::channel(OBSERVATION_QUEUE);
    let start = |way: Way| {
        let role = way.role;
        let expected = recorder.run().appliance(role).expected.clone();
        let followed = (role == Role::Dr && log == LogSource::Ssh).then(|| memory(interruption.as_ref()));
        way.start(Arc::clone(&dialect), schedule(&settings), clock, followed, expected, sender.clone())
    };
    let appliance_tasks: Vec<_> = ways.into_iter().map(start).collect();
    let seen = interruption.as_ref().map(|left| left.seen(recorder.folder()));
    let log_reader = LogReader::start(log.clone(), clock, sender, seen);
    let appliances = appliance_tasks.iter().map(ApplianceTask::role).collect();
    let mut session = Session::new(Parts {
        clock,
        recorder,
        first,
        log_parser: LogParser::new(Arc::clone(&dialect)),
        control: Control::new(LocalIdentity::of_this_process().user, plans, appliances),
        notice: settings.notice,
        until: assembly.until,
        transcript: front.transcript(),
    });
    // The time of the file gives the year of stamps that have none.
    if let LogSource::File(path) = &log {
        session.intake.parser.written_by(written_by(path));
    }
    let sources = Sources { appliance_tasks, observations, log_reader, scripted: None };
    let mut event_loop = EventLoop::new(session, front, sources);
    if let Some(text) = news.into_iter().next() {
        event_loop.show_message(text);
    }
    if let Some(mut interruption) = interruption {
        // By the loop, as it carries out what the repair prints and sends.
        event_loop.update(|session| session.repair(&mut interruption, log != LogSource::Ssh))?;
        event_loop.update(|session| session.note_other_dialect(dialect.digest()));
    }
    event_loop.update(|session| session.state_test(test));
    if let Some(event) = assembly.bucket {
        event_loop.update(|session| session.record(&event));
    }
    Ok(event_loop)
}

/// How to reach an appliance.
pub(crate) struct Way {
    pub(crate) role: Role,
    pub(crate) gate: Gate,
    pub(crate) transport: Arc<dyn Transport>,
    /// How a person can log in.
    pub(crate) login: Option<Arc<PreconnectedTransport>>,
    pub(crate) enable_password: Option<Secret>,
    /// Seed of the jitter between attempts.
    pub(crate) seed: u64,
}

impl Way {
    /// Starts to watch it. `log` is what is known of its log, where that is followed; `expected` who it has to be.
    pub(crate) fn start(
        self,
        dialect: Arc<Dialect>,
        schedule: Schedule,
        clock: Clock,
        log: Option<Memory>,
        expected: Option<Identity>,
        observations: mpsc::Sender<Observation>,
    ) -> ApplianceTask {
        let Self { role, gate, transport, login, enable_password, seed } = self;
        let supervision = Supervision {
            role,
            transport,
            dialect,
            gate,
            schedule,
            clock,
            tail: log.is_some(),
            expected,
            memory: log.unwrap_or_default(),
            enable_password,
            seed,
        };
        let task = ApplianceTask::start(supervision, observations);
        match login {
            Some(login) => task.with_login(login),
            None => task,
        }
    }
}

/// What is known of the log of the DR appliance after an interruption.
fn memory(interruption: Option<&Interruption>) -> Memory {
    let Some(left) = interruption else { return Memory::default() };
    let from = left.one_stretch_from.0.saturating_sub(left.tail.offset.0);
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let mut memory = Memory::from_log(&left.tail.lines, from, left.sure_at);
    if left.was_followed {
        // What an empty log holds since was written since.
        memory.begin(left.sure_at);
    }
    memory
}

/// What the first record holds of the appliances.
pub(crate) fn names_with_history(settings: &Settings, log: Option<LogOrigin>, runs_dir: &Path) -> Names {
    Names { known_roles: known_roles(runs_dir), history: history(runs_dir), ..names(settings, log) }
}

/// What the first record holds of the appliances, without what earlier runs say.
pub(crate) fn names(settings: &Settings, log: Option<LogOrigin>) -> Names {
    Names {
        primary: settings.primary.destination.clone(),
        dr: settings.dr.destination.clone(),
        log,
        simulated: false,
        imported: None,
        known_roles: Vec::new(),
        history: Vec::new(),
    }
}

pub(crate) fn schedule(settings: &Settings) -> Schedule {
    let polling = &settings.polling;
    Schedule {
        counter: polling.counter,
        counter_slow: polling.counter_after_stage_1,
        replication: polling.replication,
        threads: polling.threads,
        service: polling.service,
    }
}
