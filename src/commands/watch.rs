//! A watch of real appliances: destinations, log source and record put together, a fresh run or an
//! interrupted one that is gone on with.

use std::{io, path::PathBuf, sync::Arc};

use crate::{
    appliance::{
        gate::{Access, Gate},
        shell::Secret,
        ssh::run_password_command,
        transport::Transport,
    },
    clock::Clock,
    dialect::Dialect,
    ingest::log_source::LogSource,
    run::{Role, Run},
    screen::Mode,
    session::{
        appliances::connect::{PreconnectedTransport, is_final, reach, transport_to},
        event_loop::EventLoop,
        setup::{Display, Failure, check_display, front, runs_dir, theme},
        signals::Signals,
        state::Until,
    },
    settings::Settings,
};

use super::{
    resume::{
        Named,
        find::{Wanted, offer},
        interrupted,
    },
    setup::{
        assemble::{Assembly, Way, assemble},
        given_files::{check_log, read_bucket},
    },
};

/// What a watch is made from.
#[derive(Clone, Debug)]
pub(crate) struct WatchOptions {
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

/// Watches real appliances.
///
/// # Errors
/// The options contradict each other, no appliance can be reached, or record or terminal cannot be
/// had.
pub(crate) async fn watch(options: WatchOptions) -> Result<(Run, io::Result<()>), Failure> {
    // Listened to from the first moment: a signal while ssh logs in must not leave it behind.
    let mut signals = Signals::listen().map_err(Failure::Signals)?;
    let event_loop = tokio::select! {
        biased;
        name = signals.next_ending_without_screen() => return Err(Failure::Interrupted(name)),
        event_loop = Box::pin(prepare(options)) => event_loop?,
    };
    Ok(Box::pin(event_loop.run_to_end(signals)).await)
}

async fn prepare(mut options: WatchOptions) -> Result<EventLoop, Failure> {
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
    let ways = reach_all(settings, gates, options.display, interrupted.is_some()).await?;
    let display = options.display;
    let theme = theme(settings.screen.symbols);
    assemble(
        Assembly {
            clock: Clock::system(),
            runs_dir,
            run_settings,
            dialect,
            ways,
            interrupted,
            news: passed_over.into_iter().chain(unfinished).map(|notice| notice.short).collect(),
            bucket,
            until: if display == Display::Screen { Until::Quit } else { Until::Restored },
            log: options.log,
            settings: options.settings,
        },
        || front(display, theme, Mode::Watch),
    )
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

/// Makes the first contact with every appliance given.
///
/// # Errors
/// A failure that no waiting mends, or nobody could be reached although that is what a fresh run needs.
async fn reach_all(
    settings: &Settings,
    gates: Gates,
    display: Display,
    may_be_away: bool,
) -> Result<Vec<Way>, Failure> {
    let mut reached = Vec::new();
    let mut failures = Vec::new();
    for (role, gate) in gates.0 {
        let Some(transport) = transport_to(role, settings).transpose()? else { continue };
        let enable_password = enable_password(role, settings).await?;
        let primed = match reach(&transport, display).await {
            Ok(connection) => PreconnectedTransport::with(transport, connection),
            Err(error) if is_final(&error) => {
                return Err(Failure::NeverConnected(format!("the {role}: {error}")));
            }
            Err(error) => {
                failures.push(format!("the {role}: {error}"));
                PreconnectedTransport::without(transport)
            }
        };
        let primed = Arc::new(primed);
        let (transport, login) = (Arc::clone(&primed) as Arc<dyn Transport>, Some(primed));
        reached.push(Way { role, gate, transport, login, enable_password, seed: fastrand::u64(..) });
    }
    if !may_be_away && !reached.is_empty() && failures.len() == reached.len() {
        return Err(Failure::NeverConnected(failures.join("; ")));
    }
    Ok(reached)
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
pub(crate) fn dialect_of(settings: &Settings) -> Result<Dialect, Failure> {
    Ok(match &settings.dialect {
        Some(path) => Dialect::load(path)?,
        None => Dialect::built_in(),
    })
}

/// The password for `enable`, where a command for it is set.
pub(crate) async fn enable_password(role: Role, settings: &Settings) -> Result<Option<Secret>, Failure> {
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
