//! Putting a watch together from options: transports, gates, sources, record and front.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use thiserror::Error;
use tokio::sync::mpsc;

use crate::{
    appliance::{
        Access, Gate, GateError, Observation, Schedule, Supervision,
        ssh::{SshOptions, SshTransport},
        transport::{ConnectError, Connection, Pending, Transport},
    },
    clock::Clock,
    dialect::{Dialect, DialectError},
    journal::{FindError, JournalError, RunFolder, default_runs_dir},
    parse,
    run::{
        At, Event, FORMAT, ListingCause, ReplicationState, Role, Run, RunSettings, Span, Started,
    },
    screen::{Charset, Mode, Theme},
    settings::{Settings, SettingsError, Symbols},
    simulator::{Parts as ScriptParts, Scenario, Script, SharedWorld, SimulatorError, Speed},
};

use super::{
    ending::Signals,
    front::Front,
    headless::{Headless, Style},
    hub::{Hub, Parts, Scripted, Until},
    identity::Recorder as LocalIdentity,
    log_book::LogBook,
    recorder::{Recorder, Syncing},
    screen_front::ScreenFront,
    simulated::SimulatedTransport,
    station::{Plans, Station},
};

/// Observations on their way to the loop; beyond it the sources wait.
const OBSERVATIONS: usize = 1024;

/// Why a watch could not be made.
#[derive(Debug, Error)]
pub enum Failure {
    /// The settings are wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The scenario is unknown.
    #[error(transparent)]
    Scenario(#[from] SimulatorError),
    /// The dialect is wrong.
    #[error(transparent)]
    Dialect(#[from] DialectError),
    /// The dialect holds what may never be sent.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The run named is not there.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The flags contradict each other or leave something out.
    #[error("{0}")]
    Usage(String),
    /// The record cannot be made.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// An appliance cannot be reached at the start.
    #[error("{0}")]
    NeverConnected(String),
    /// The terminal cannot be used.
    #[error("the terminal cannot be used: {0}; use --headless where there is none")]
    Terminal(#[source] io::Error),
    /// The signals of the system cannot be listened to.
    #[error("the system's signals cannot be listened to: {0}")]
    Signals(#[source] io::Error),
}

impl Failure {
    /// Whether the engineer has to change the call, rather than the world.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Settings(_)
                | Self::Scenario(_)
                | Self::Dialect(_)
                | Self::Gate(_)
                | Self::Find(_)
                | Self::Usage(_)
        )
    }
}

/// What is shown where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// The dashboard.
    Screen,
    /// Lines for people.
    Lines,
    /// Lines for programs.
    Json,
}

/// What a demo is made from.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// Name of the scenario.
    pub scenario: String,
    /// How many times faster than real the demo runs on the screen.
    pub speed: f64,
    /// Seed of all chance.
    pub seed: u64,
    /// Where it is shown.
    pub display: Display,
    /// Where runs are kept.
    pub runs_dir: Option<PathBuf>,
}

/// What a watch is made from.
#[derive(Clone, Debug)]
pub struct WatchOptions {
    /// The settings, flags merged in.
    pub settings: Settings,
    /// Where the log comes from.
    pub log: LogSource,
    /// A saved bucket listing.
    pub bucket: Option<PathBuf>,
    /// Where it is shown.
    pub display: Display,
}

/// Where the log comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogSource {
    /// Followed on the DR appliance.
    Ssh,
    /// A file, from its start, then followed by name.
    File(PathBuf),
    /// Standard input, to its end.
    StandardInput,
}

/// Plays a scenario: the whole script without a screen, the appliances' side of it on one.
///
/// # Errors
/// The scenario is unknown, or record or terminal cannot be had.
pub async fn demo(options: DemoOptions, clock: Clock) -> Result<(Run, io::Result<()>), Failure> {
    let scenario = Scenario::named(&options.scenario)?;
    let on_screen = options.display == Display::Screen;
    let primary_starts = if on_screen { ReplicationState::Paused } else { ReplicationState::Running };
    let parts = if on_screen { ScriptParts::ApplianceSideOnly } else { ScriptParts::All };
    let script = Script::new(scenario.operator.clone(), parts);
    let start = clock.now();
    let world = SharedWorld::in_memory(scenario, options.seed, start, Speed::REAL, primary_starts, clock);

    let dialect = Arc::new(Dialect::built_in());
    let (sender, observations) = mpsc::channel(OBSERVATIONS);
    let mut stations = Vec::new();
    let mut plans = Plans::default();
    let settings = RunSettings::default();
    for role in [Role::Primary, Role::Dr] {
        let gate = Gate::new(role, &dialect, Access::Full)?;
        plans.add(&gate, &settings);
        let transport = Arc::new(SimulatedTransport::new(world.clone(), role));
        let supervision = Supervision {
            role,
            transport,
            dialect: Arc::clone(&dialect),
            gate,
            schedule: Schedule::default(),
            clock,
            tail: role == Role::Dr,
            seed: options.seed,
        };
        stations.push(Station::start(supervision, sender.clone()));
    }
    let started = |folder: &RunFolder| {
        started_event(folder, &settings, &dialect, Names::simulated(), false)
    };
    let syncing = if on_screen { Syncing::EverySecond } else { Syncing::OnEdges };
    let (recorder, first) = begin(options.runs_dir.as_deref(), clock.now(), syncing, started)?;
    let front = front(options.display, Theme::from_environment(|name| std::env::var(name).ok()), Mode::Demo)?;
    let hub = Hub::new(Parts {
        clock,
        user: LocalIdentity::of_this_process().user,
        recorder,
        first,
        log_book: LogBook::new(dialect),
        stations,
        plans,
        observations,
        scripted: Some(Scripted { world, script }),
        log_ended: None,
        until: if on_screen { Until::Quit } else { Until::ScriptEnd },
        front,
    });
    Ok(hub.run_to_end(Signals::listen().map_err(Failure::Signals)?).await)
}

/// Watches real appliances.
///
/// # Errors
/// The options contradict each other, no appliance can be reached, or record or terminal cannot be
/// had.
pub async fn watch(options: WatchOptions) -> Result<(Run, io::Result<()>), Failure> {
    let clock = Clock::system();
    let settings = &options.settings;
    check_usage(&options)?;
    let dialect = Arc::new(match &settings.dialect {
        Some(path) => Dialect::load(path)?,
        None => Dialect::built_in(),
    });
    let access = if settings.read_only { Access::ReadOnly } else { Access::Full };
    let run_settings = settings.for_run();
    let bucket = options.bucket.as_deref().map(read_bucket).transpose()?;

    let mut plans = Plans::default();
    let mut reached = Vec::new();
    let mut failures = Vec::new();
    let mut gates = Vec::new();
    for role in [Role::Primary, Role::Dr] {
        // Both are built whatever is connected: a dialect that holds a forbidden word is refused.
        let gate = Gate::new(role, &dialect, access)?;
        let Some(transport) = transport_to(role, settings).transpose()? else { continue };
        plans.add(&gate, &run_settings);
        match reach(&transport, options.display).await {
            Ok(connection) => reached.push((role, Primed::with(transport, connection))),
            Err(error) if is_final(&error) => return Err(Failure::NeverConnected(error.to_string())),
            Err(error) => {
                failures.push(error.to_string());
                reached.push((role, Primed::without(transport)));
            }
        }
        gates.push((role, gate));
    }
    if !reached.is_empty() && failures.len() == reached.len() {
        return Err(Failure::NeverConnected(failures.join("\n")));
    }

    let names = Names { primary: settings.primary.destination.clone(), dr: settings.dr.destination.clone(), simulated: false };
    let started = |folder: &RunFolder| started_event(folder, &run_settings, &dialect, names, settings.read_only);
    let (recorder, first) = begin(settings.runs_dir.as_deref(), clock.now(), Syncing::EverySecond, started)?;
    let theme = theme(settings.screen.symbols);
    let front = front(options.display, theme, Mode::Watch)?;

    let (sender, observations) = mpsc::channel(OBSERVATIONS);
    let mut stations = Vec::new();
    for ((role, transport), (_, gate)) in reached.into_iter().zip(gates) {
        let supervision = Supervision {
            role,
            transport: Arc::new(transport),
            dialect: Arc::clone(&dialect),
            gate,
            schedule: schedule(settings),
            clock,
            tail: role == Role::Dr && options.log == LogSource::Ssh,
            seed: fastrand::u64(..),
        };
        stations.push(Station::start(supervision, sender.clone()));
    }
    let log_ended = match options.log.clone() {
        LogSource::Ssh => None,
        LogSource::File(path) => {
            tokio::spawn(super::files::follow(path, clock, sender));
            None
        }
        LogSource::StandardInput => {
            let (ended, receiver) = tokio::sync::oneshot::channel();
            tokio::spawn(super::files::read_standard_input(sender, clock, ended));
            Some(receiver)
        }
    };
    let mut hub = Hub::new(Parts {
        clock,
        user: LocalIdentity::of_this_process().user,
        recorder,
        first,
        log_book: LogBook::new(dialect),
        stations,
        plans,
        observations,
        scripted: None,
        log_ended,
        until: if options.display == Display::Screen { Until::Quit } else { Until::Restored },
        front,
    });
    if let Some(event) = bucket {
        hub.record(event);
    }
    Ok(hub.run_to_end(Signals::listen().map_err(Failure::Signals)?).await)
}

fn check_usage(options: &WatchOptions) -> Result<(), Failure> {
    let settings = &options.settings;
    let nothing = settings.primary.destination.is_none()
        && settings.dr.destination.is_none()
        && options.log == LogSource::Ssh;
    if nothing {
        let text = "there is nothing to watch; name the appliances with --primary and --dr, or a log with --log";
        return Err(Failure::Usage(text.to_owned()));
    }
    if let LogSource::File(path) = &options.log
        && let Err(error) = std::fs::File::open(path)
    {
        return Err(Failure::Usage(format!("the log {} cannot be read: {error}", path.display())));
    }
    Ok(())
}

fn read_bucket(path: &Path) -> Result<Event, Failure> {
    let unusable = |reason: String| {
        Failure::Usage(format!("the bucket listing {} cannot be used: {reason}", path.display()))
    };
    let bytes = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
    let listing = parse::bucket_listing(&bytes).map_err(|error| unusable(error.to_string()))?;
    let raw = parse::printable_within(&bytes, 4096);
    Ok(Event::ListingRead { listing, cause: ListingCause::File, took: Span::ZERO, raw })
}

fn transport_to(role: Role, settings: &Settings) -> Option<Result<SshTransport, Failure>> {
    let appliance = match role {
        Role::Primary => &settings.primary,
        Role::Dr => &settings.dr,
    };
    let options = SshOptions {
        config: settings.ssh_config.clone(),
        password_command: appliance.password_command.clone(),
        ..SshOptions::default()
    };
    let destination = appliance.destination.as_ref()?;
    Some(SshTransport::new(destination, options).map_err(|error| Failure::Usage(error.to_string())))
}

/// Failures that no waiting mends: they are said before the screen starts.
const fn is_final(error: &ConnectError) -> bool {
    !error.is_retryable() || matches!(error, ConnectError::NameUnknown { .. })
}

/// Connects; where ssh needs a person and there is one, it asks in the terminal.
async fn reach(transport: &SshTransport, display: Display) -> Result<Box<dyn Connection>, ConnectError> {
    let result = transport.connect().await;
    let asks = matches!(
        result,
        Err(ConnectError::Authentication { .. } | ConnectError::HostKeyUnknown { .. })
    );
    let person = display == Display::Screen && io::IsTerminal::is_terminal(&io::stdin());
    if asks && person {
        transport.login_in_terminal().await?;
        return transport.connect().await;
    }
    result
}

/// A transport whose first connection exists already.
struct Primed {
    transport: SshTransport,
    ready: std::sync::Mutex<Option<Box<dyn Connection>>>,
}

impl Primed {
    fn with(transport: SshTransport, connection: Box<dyn Connection>) -> Self {
        Self { transport, ready: std::sync::Mutex::new(Some(connection)) }
    }

    fn without(transport: SshTransport) -> Self {
        Self { transport, ready: std::sync::Mutex::new(None) }
    }
}

impl Transport for Primed {
    fn connect(&self) -> Pending<'_, Result<Box<dyn Connection>, ConnectError>> {
        let ready = self.ready.lock().ok().and_then(|mut ready| ready.take());
        match ready {
            Some(connection) => Box::pin(std::future::ready(Ok(connection))),
            None => self.transport.connect(),
        }
    }
}

fn schedule(settings: &Settings) -> Schedule {
    let polling = &settings.polling;
    Schedule {
        counter: polling.counter,
        counter_slow: polling.counter_after_stage_1,
        replication: polling.replication,
        threads: polling.threads,
        service: polling.service,
    }
}

struct Names {
    primary: Option<String>,
    dr: Option<String>,
    simulated: bool,
}

impl Names {
    fn simulated() -> Self {
        let name = |role: &str| Some(format!("simulated {role}"));
        Self { primary: name("primary"), dr: name("DR appliance"), simulated: true }
    }
}

fn started_event(folder: &RunFolder, settings: &RunSettings, dialect: &Dialect, names: Names, read_only: bool) -> Event {
    Event::RunStarted(Started {
        format: FORMAT,
        run: folder.id().clone(),
        simulated: names.simulated,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        recorder: LocalIdentity::of_this_process().label(),
        primary: names.primary,
        dr: names.dr,
        read_only,
        settings: settings.clone(),
        dialect: dialect.digest().to_owned(),
    })
}

fn begin(
    runs_dir: Option<&Path>,
    now: At,
    syncing: Syncing,
    started: impl FnOnce(&RunFolder) -> Event,
) -> Result<(Recorder, super::recorder::Made), Failure> {
    let runs_dir = match runs_dir {
        Some(dir) => dir.to_owned(),
        None => default_runs_dir().map_err(|error| Failure::Usage(error.to_string()))?,
    };
    let folder = RunFolder::create(&runs_dir, now, fastrand::u64(..))?;
    let event = started(&folder);
    Ok(Recorder::begin(folder, now, &event, syncing)?)
}

fn front(display: Display, theme: Theme, mode: Mode) -> Result<Front, Failure> {
    Ok(match display {
        Display::Screen => Front::Screen(Box::new(ScreenFront::enter(theme, mode).map_err(Failure::Terminal)?)),
        Display::Lines => Front::Headless(Headless::new(Style::Lines, io::stdout())),
        Display::Json => Front::Headless(Headless::new(Style::Json, io::stdout())),
    })
}

fn theme(symbols: Symbols) -> Theme {
    let theme = Theme::from_environment(|name| std::env::var(name).ok());
    match symbols {
        Symbols::Auto => theme,
        Symbols::Unicode => theme.with_charset(Charset::Unicode),
        Symbols::Ascii => theme.with_charset(Charset::Ascii),
    }
}
