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
        state::{Parts, Session, Until},
    },
    settings::{ApplianceSettings, Settings},
};

use super::{given_files::written_by, known_roles::known_roles};
use crate::commands::resume::Interrupted;

/// What a watch is put together from once its options were checked and its appliances were tried.
pub(crate) struct Assembly {
    pub(crate) clock: Clock,
    pub(crate) runs_dir: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) run_settings: RunSettings,
    pub(crate) dialect: Arc<Dialect>,
    pub(crate) log: LogSource,
    pub(crate) ways: Vec<Way>,
    /// The run to go on with; `None` for a fresh one.
    pub(crate) interrupted: Option<Interrupted>,
    /// Sentences for the screen, which shows one: what concerns the newest run comes first.
    pub(crate) news: Vec<String>,
    /// A saved bucket listing.
    pub(crate) bucket: Option<Event>,
    pub(crate) until: Until,
}

/// Begins the record, or goes on with it, and starts all that feeds the loop.
///
/// # Errors
/// The record or the front cannot be had.
pub(crate) fn assemble(
    assembly: Assembly,
    front: impl FnOnce() -> Result<Front, Failure>,
) -> Result<EventLoop, Failure> {
    let Assembly { clock, settings, run_settings, dialect, log, ways, mut news, .. } = assembly;
    let mut plans = Plans::default();
    for way in &ways {
        plans.add(&way.gate, &run_settings);
    }
    let (recorder, first, interruption) = if let Some(interrupted) = assembly.interrupted {
        // The machine's clock may have been set back since.
        clock.not_before(interrupted.run().last_at);
        let (recorder, first, interruption) = interrupted.go_on(clock.now())?;
        (recorder, first, Some(interruption))
    } else {
        let names = names(&settings, log.origin(), &assembly.runs_dir);
        let started = |folder: &RunFolder| {
            started_event(folder.id(), &run_settings, &dialect, names, settings.read_only)
        };
        let (recorder, first) = begin(&assembly.runs_dir, clock.now(), Syncing::EverySecond, started)?;
        (recorder, first, None)
    };
    for warning in recorder.disk_warnings() {
        // A closed standard error is no reason not to watch.
        drop(say_on_error(&warning));
        news.push(warning);
    }
    let front = front()?;

    let (sender, observations) = mpsc::channel(OBSERVATION_QUEUE);
    let start = |way: Way| {
        let role = way.role;
        let tail = role == Role::Dr && log == LogSource::Ssh;
        let expected = recorder.run().appliance(role).expected.clone();
        let memory = memory(role, interruption.as_ref());
        way.start(Arc::clone(&dialect), schedule(&settings), clock, (tail, memory, expected), sender.clone())
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
    if let LogSource::File(path) = &log {
        session.intake.parser.written_by(written_by(path));
    }
    let sources = Sources { appliance_tasks, observations, log_reader, scripted: None };
    let mut event_loop = EventLoop::new(session, front, sources);
    if let Some(text) = news.into_iter().next() {
        event_loop.show_message(text);
    }
    if let Some(mut interruption) = interruption {
        event_loop.update(|session| session.repair(&mut interruption, log != LogSource::Ssh))?;
        event_loop.update(|session| session.note_other_dialect(dialect.digest()));
    }
    if let Some(event) = assembly.bucket {
        event_loop.update(|session| session.record(&event));
    }
    Ok(event_loop)
}

/// An appliance that was given, and the way to it.
pub(crate) struct Way {
    pub(crate) role: Role,
    pub(crate) gate: Gate,
    pub(crate) transport: Arc<dyn Transport>,
    /// How a person can log in.
    pub(crate) login: Option<Arc<PreconnectedTransport>>,
    pub(crate) enable_password: Option<Secret>,
    /// Of the jitter between attempts.
    pub(crate) seed: u64,
}

impl Way {
    /// Starts to watch it: whether its log is followed, what of that is known already, and who it has to be.
    fn start(
        self,
        dialect: Arc<Dialect>,
        schedule: Schedule,
        clock: Clock,
        (tail, memory, expected): (bool, Memory, Option<Identity>),
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
            tail,
            expected,
            memory,
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

/// What the tail of that appliance knows of the log before it begins.
fn memory(role: Role, left: Option<&Interruption>) -> Memory {
    let left = left.filter(|_| role == Role::Dr);
    let Some(left) = left else { return Memory::default() };
    let from = left.one_stretch_from.0.saturating_sub(left.tail.offset.0);
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let mut memory = Memory::from_log(&left.tail.lines, from, left.sure_at);
    if left.was_followed {
        // What an empty log holds since was written since.
        memory.begin(left.sure_at);
    }
    memory
}

/// The destinations as the first record names them, where the log comes from, and what earlier runs tell of who is
/// who.
pub(crate) fn names(settings: &Settings, log: Option<LogOrigin>, runs_dir: &Path) -> Names {
    let of = |appliance: &ApplianceSettings| appliance.destination.clone();
    Names {
        primary: of(&settings.primary),
        dr: of(&settings.dr),
        log,
        simulated: false,
        known_roles: known_roles(runs_dir),
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
