//! A watch of real appliances: destinations, log source and record put together, a fresh run or an
//! interrupted one that is gone on with.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::sync::{mpsc, oneshot};

use crate::{
    appliance::{
        gate::{Access, Gate},
        observation::Observation,
        shell::Secret,
        ssh::run_password_command,
        supervisor::{Schedule, Supervision},
        tail::Memory,
    },
    clock::Clock,
    dialect::Dialect,
    journal::RunFolder,
    run::{Identity, LogOrigin, Role, Run},
    screen::Mode,
    settings::{ApplianceSettings, Settings},
};

use super::{
    ending::Signals,
    files::{self, Seen},
    given_files::{check_log, read_bucket, written_by},
    hub::{Hub, OBSERVATIONS, Parts, Until},
    identity::Recorder as LocalIdentity,
    known_roles::known_roles,
    log_book::LogBook,
    output::say_on_error,
    reach::{Primed, is_final, reach, transport_to},
    recorder::Syncing,
    resume::{Named, interrupted},
    setup::{Display, Failure, Names, begin, check_display, front, runs_dir, started_event, theme},
    station::{Plans, Station},
    take_up::TakeUp,
    unfinished::{Wanted, offer},
};

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
    /// The run to go on with, `last` for the newest that is not over.
    pub resume: Option<String>,
    /// Destinations that an interrupted run must not contradict.
    pub named: Named,
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

impl LogSource {
    /// As the first record names it; nothing for the DR appliance.
    pub(super) fn origin(&self) -> Option<LogOrigin> {
        match self {
            Self::Ssh => None,
            Self::File(path) => {
                let absolute = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                Some(LogOrigin::File(absolute.display().to_string().into()))
            }
            Self::StandardInput => Some(LogOrigin::StandardInput),
        }
    }
}

/// Watches real appliances.
///
/// # Errors
/// The options contradict each other, no appliance can be reached, or record or terminal cannot be
/// had.
pub async fn watch(options: WatchOptions) -> Result<(Run, io::Result<()>), Failure> {
    // Listened to from the first moment: a signal while ssh logs in must not leave it behind.
    let mut signals = Signals::listen().map_err(Failure::Signals)?;
    let hub = tokio::select! {
        biased;
        name = signals.next_ending_without_screen() => return Err(Failure::Interrupted(name)),
        hub = Box::pin(prepare(options)) => hub?,
    };
    Ok(Box::pin(hub.run_to_end(signals)).await)
}

async fn prepare(mut options: WatchOptions) -> Result<Hub, Failure> {
    let clock = Clock::system();
    check_resume(&options)?;
    let runs_dir = runs_dir(options.settings.runs_dir.as_deref())?;
    let mut interrupted = match &options.resume {
        Some(name) => {
            let (settings, log) = (&mut options.settings, &mut options.log);
            Some(interrupted(name, &runs_dir, settings, log, &options.named)?)
        }
        None => None,
    };
    let settings = &options.settings;
    check_usage(&options)?;
    let passed_over =
        interrupted.as_mut().map(|left| std::mem::take(&mut left.passed_over)).unwrap_or_default();
    let unfinished =
        if interrupted.is_none() { offer(&runs_dir, &Wanted::new(settings, &options.log)) } else { None };
    if let Some(offer) = &unfinished {
        offer.say();
    }
    let dialect = Arc::new(dialect_of(settings)?);
    let access = if settings.read_only { Access::ReadOnly } else { Access::ReadAndChange };
    let gates = Gates::new(&dialect, access)?;
    check_display(options.display)?;
    let run_settings = interrupted
        .as_ref()
        .map_or_else(|| settings.for_run(), |interrupted| interrupted.run().started.settings.clone());
    let bucket = options.bucket.as_deref().map(read_bucket).transpose()?;

    // A run that has begun goes on, though its appliances are away at the moment.
    let reached = reach_all(settings, gates, options.display, interrupted.is_some()).await?;
    let mut plans = Plans::default();
    for one in &reached {
        plans.add(&one.gate, &run_settings);
    }

    let names = names(settings, options.log.origin(), &runs_dir);
    let started =
        |folder: &RunFolder| started_event(folder, &run_settings, &dialect, names, settings.read_only);
    let (recorder, first, take_up) = if let Some(interrupted) = interrupted {
        // The machine's clock may have been set back since.
        clock.not_before(interrupted.run().last_at);
        let (recorder, first, take_up) = interrupted.go_on(clock.now())?;
        (recorder, first, Some(take_up))
    } else {
        let (recorder, first) = begin(&runs_dir, clock.now(), Syncing::EverySecond, started)?;
        (recorder, first, None)
    };
    let doubts = recorder.doubts();
    for doubt in &doubts {
        // Nobody to tell it to is no reason not to watch.
        drop(say_on_error(doubt));
    }
    let theme = theme(settings.screen.symbols);
    let front = front(options.display, theme, Mode::Watch)?;

    let (sender, observations) = mpsc::channel(OBSERVATIONS);
    let start = |reached: Reached| {
        let role = reached.role;
        let tail = role == Role::Dr && options.log == LogSource::Ssh;
        let expected = recorder.run().appliance(role).expected.clone();
        let memory = memory(role, take_up.as_ref());
        reached.start(
            Arc::clone(&dialect),
            schedule(settings),
            clock,
            (tail, memory, expected),
            sender.clone(),
        )
    };
    let stations = reached.into_iter().map(start).collect();
    let seen = take_up.as_ref().map(|left| left.seen(recorder.folder()));
    let log_ended = read_log(options.log.clone(), clock, sender, seen);
    let mut hub = Hub::new(Parts {
        clock,
        user: LocalIdentity::of_this_process().user,
        recorder,
        first,
        log_book: LogBook::new(Arc::clone(&dialect)),
        stations,
        plans,
        observations,
        scripted: None,
        log_ended,
        notice: settings.notice.clone(),
        until: if options.display == Display::Screen { Until::Quit } else { Until::Restored },
        front,
    });
    if let LogSource::File(path) = &options.log {
        hub.log_book.written_by(written_by(path));
    }
    // The screen has one line for it; what concerns the newest run comes first.
    let told = passed_over.into_iter().chain(unfinished).map(|told| told.short);
    if let Some(told) = told.chain(doubts).next() {
        hub.tell_engineer(told);
    }
    if let Some(mut left) = take_up {
        hub.take_up(&mut left, options.log != LogSource::Ssh)?;
        hub.note_other_dialect(dialect.digest());
    }
    if let Some(event) = bucket {
        hub.record(&event);
    }
    Ok(hub)
}

/// The gates of both appliances. Both are made whatever is connected: a dialect that holds a forbidden
/// word is refused by name, whatever else is amiss.
struct Gates([(Role, Gate); 2]);

impl Gates {
    fn new(dialect: &Dialect, access: Access) -> Result<Self, Failure> {
        let gate = |role| Ok::<_, Failure>((role, Gate::new(role, dialect, access)?));
        Ok(Self([gate(Role::Primary)?, gate(Role::Dr)?]))
    }
}

/// An appliance that was given, with or without a first connection.
struct Reached {
    role: Role,
    gate: Gate,
    transport: Primed,
    enable_password: Option<Secret>,
}

impl Reached {
    /// Starts to watch it: whether its log is followed, what of that is known already, and who it has to be.
    fn start(
        self,
        dialect: Arc<Dialect>,
        schedule: Schedule,
        clock: Clock,
        (tail, memory, expected): (bool, Memory, Option<Identity>),
        observations: mpsc::Sender<Observation>,
    ) -> Station {
        let Self { role, gate, transport, enable_password } = self;
        let transport = Arc::new(transport);
        let login = Arc::clone(&transport);
        let seed = fastrand::u64(..);
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
        Station::start(supervision, observations).with_login(login)
    }
}

/// Makes the first contact with every appliance given.
///
/// # Errors
/// A failure that no waiting mends, or nobody could be reached although that is what a fresh run needs.
async fn reach_all(
    settings: &Settings,
    gates: Gates,
    display: Display,
    may_be_away: bool,
) -> Result<Vec<Reached>, Failure> {
    let mut reached = Vec::new();
    let mut failures = Vec::new();
    for (role, gate) in gates.0 {
        let Some(transport) = transport_to(role, settings).transpose()? else { continue };
        let enable_password = enable_password(role, settings).await?;
        let transport = match reach(&transport, display).await {
            Ok(connection) => Primed::with(transport, connection),
            Err(error) if is_final(&error) => {
                return Err(Failure::NeverConnected(format!("the {role}: {error}")));
            }
            Err(error) => {
                failures.push(format!("the {role}: {error}"));
                Primed::without(transport)
            }
        };
        reached.push(Reached { role, gate, transport, enable_password });
    }
    if !may_be_away && !reached.is_empty() && failures.len() == reached.len() {
        return Err(Failure::NeverConnected(failures.join("; ")));
    }
    Ok(reached)
}

/// Starts to read a log that is not an appliance's; what is returned tells when it has come to its end.
fn read_log(
    log: LogSource,
    clock: Clock,
    sender: mpsc::Sender<Observation>,
    seen: Option<Seen>,
) -> Option<oneshot::Receiver<()>> {
    match log {
        LogSource::Ssh => None,
        LogSource::File(path) => {
            tokio::spawn(files::follow(path, clock, sender, seen));
            None
        }
        LogSource::StandardInput => {
            let (ended, receiver) = oneshot::channel();
            tokio::spawn(files::read_standard_input(sender, clock, ended));
            Some(receiver)
        }
    }
}

/// What the tail of that appliance knows of the log before it begins.
fn memory(role: Role, left: Option<&TakeUp>) -> Memory {
    let left = left.filter(|_| role == Role::Dr);
    let Some(left) = left else { return Memory::default() };
    let from = left.one_stretch_from.0.saturating_sub(left.tail.offset.0);
    let from = usize::try_from(from).unwrap_or(usize::MAX);
    let mut memory = Memory::from_log(&left.tail.lines, from, left.last_line_at);
    if left.was_followed {
        // What an empty log holds since was written since.
        memory.begin(left.last_line_at);
    }
    memory
}

fn check_resume(options: &WatchOptions) -> Result<(), Failure> {
    if options.resume.is_none() || options.log != LogSource::StandardInput {
        return Ok(());
    }
    let text = "standard input does not tell what of it was read before, so no run can be gone on with from it; \
                give the log as a FILE";
    Err(Failure::Usage(text.to_owned()))
}

fn check_usage(options: &WatchOptions) -> Result<(), Failure> {
    let settings = &options.settings;
    let nothing = settings.primary.destination.is_none()
        && settings.dr.destination.is_none()
        && options.log == LogSource::Ssh;
    if nothing {
        let text =
            "there is nothing to watch; name the appliances with --primary and --dr, or a log with --log";
        return Err(Failure::Usage(text.to_owned()));
    }
    match &options.log {
        // It may be between two files of its name.
        LogSource::File(path) if options.resume.is_some() && !path.exists() => Ok(()),
        LogSource::File(path) => check_log(path),
        LogSource::Ssh | LogSource::StandardInput => Ok(()),
    }
}

/// The dialect that the settings ask for.
pub(super) fn dialect_of(settings: &Settings) -> Result<Dialect, Failure> {
    Ok(match &settings.dialect {
        Some(path) => Dialect::load(path)?,
        None => Dialect::built_in(),
    })
}

/// The destinations as the first record names them, where the log comes from, and what earlier runs tell of who is
/// who.
pub(super) fn names(settings: &Settings, log: Option<LogOrigin>, runs_dir: &Path) -> Names {
    let of = |appliance: &ApplianceSettings| appliance.destination.clone();
    Names {
        primary: of(&settings.primary),
        dr: of(&settings.dr),
        log,
        simulated: false,
        known_roles: known_roles(runs_dir),
    }
}

/// The password for `enable`, where a command for it is set.
pub(super) async fn enable_password(role: Role, settings: &Settings) -> Result<Option<Secret>, Failure> {
    let appliance = match role {
        Role::Primary => &settings.primary,
        Role::Dr => &settings.dr,
    };
    let Some(command) = &appliance.enable_password_command else { return Ok(None) };
    let refused = |reason: String| {
        Failure::Usage(format!(
            "the enable password of the {role} cannot be had: {reason}; check enable_password_command"
        ))
    };
    let secret = run_password_command(command).await.map_err(refused)?;
    Secret::from_output(&secret).map(Some).map_err(|error| refused(error.to_string()))
}

pub(super) fn schedule(settings: &Settings) -> Schedule {
    let polling = &settings.polling;
    Schedule {
        counter: polling.counter,
        counter_slow: polling.counter_after_stage_1,
        replication: polling.replication,
        threads: polling.threads,
        service: polling.service,
    }
}
