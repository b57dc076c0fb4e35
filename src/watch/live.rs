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
        shell::Secret,
        ssh::run_password_command,
        supervisor::{Schedule, Supervision},
    },
    clock::Clock,
    dialect::Dialect,
    journal::RunFolder,
    parse,
    run::{Event, ListingCause, Role, Run, Span},
    screen::Mode,
    settings::{ApplianceSettings, Settings},
};

use super::{
    ending::Signals,
    files,
    hub::{Hub, OBSERVATIONS, Parts, Until},
    identity::Recorder as LocalIdentity,
    log_book::LogBook,
    reach::{Primed, is_final, reach, transport_to},
    recorder::Syncing,
    setup::{Display, Failure, Names, begin, check_display, front, runs_dir, started_event, theme},
    station::{Plans, Station},
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

/// Watches real appliances.
///
/// # Errors
/// The options contradict each other, no appliance can be reached, or record or terminal cannot be
/// had.
pub async fn watch(options: WatchOptions) -> Result<(Run, io::Result<()>), Failure> {
    let clock = Clock::system();
    let settings = &options.settings;
    check_usage(&options)?;
    check_display(options.display)?;
    let dialect = Arc::new(dialect_of(settings)?);
    let access = if settings.read_only { Access::ReadOnly } else { Access::ReadAndChange };
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

    let names = names(settings);
    let started =
        |folder: &RunFolder| started_event(folder, &run_settings, &dialect, names, settings.read_only);
    let runs_dir = runs_dir(settings.runs_dir.as_deref())?;
    let (recorder, first) = begin(&runs_dir, clock.now(), Syncing::EverySecond, started)?;
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
            enable_password: enable_password(role, settings).await?,
            seed: fastrand::u64(..),
        };
        stations.push(Station::start(supervision, sender.clone()));
    }
    let log_ended = match options.log.clone() {
        LogSource::Ssh => None,
        LogSource::File(path) => {
            tokio::spawn(files::follow(path, clock, sender));
            None
        }
        LogSource::StandardInput => {
            let (ended, receiver) = oneshot::channel();
            tokio::spawn(files::read_standard_input(sender, clock, ended));
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
        notice: settings.notice.clone(),
        until: if options.display == Display::Screen { Until::Quit } else { Until::Restored },
        front,
    });
    if let Some(event) = bucket {
        hub.record(&event);
    }
    Ok(Box::pin(hub.run_to_end(Signals::listen().map_err(Failure::Signals)?)).await)
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
    if let LogSource::File(path) = &options.log
        && let Err(error) = std::fs::File::open(path)
    {
        return Err(Failure::Usage(format!("the log {} cannot be read: {error}", path.display())));
    }
    Ok(())
}

/// The dialect that the settings ask for.
pub(super) fn dialect_of(settings: &Settings) -> Result<Dialect, Failure> {
    Ok(match &settings.dialect {
        Some(path) => Dialect::load(path)?,
        None => Dialect::built_in(),
    })
}

/// The destinations as the first record names them.
pub(super) fn names(settings: &Settings) -> Names {
    let of = |appliance: &ApplianceSettings| appliance.destination.clone();
    Names { primary: of(&settings.primary), dr: of(&settings.dr), simulated: false }
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

pub(super) fn read_bucket(path: &Path) -> Result<Event, Failure> {
    let unusable = |reason: String| {
        Failure::Usage(format!("the bucket listing {} cannot be used: {reason}", path.display()))
    };
    let bytes = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
    let listing = parse::bucket_listing(&bytes).map_err(|error| unusable(error.to_string()))?;
    let raw = parse::printable_within(&bytes, 4096);
    Ok(Event::ListingRead { listing, cause: ListingCause::File, took: Span::ZERO, raw })
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
