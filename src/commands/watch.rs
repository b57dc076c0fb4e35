//! A watch of real appliances: destinations, log source and record put together, a fresh run or an
//! interrupted one that is gone on with.

use std::{io, path::Path, sync::Arc};

use crate::{
    appliance::{
        gate::{Access, Gate},
        shell::Secret,
        ssh::run_password_command,
        transport::Transport,
    },
    cli::{TestArgs, WatchArgs},
    clock::Clock,
    console::screen_front::ScreenFront,
    dialect::{Dialect, built_in_digest},
    ingest::log_source::LogSource,
    playback::read_record,
    run::{Role, Run},
    screen::Mode,
    session::{
        appliances::connect::{PreconnectedTransport, is_final, transport_to},
        event_loop::EventLoop,
        setup::{Display, Failure, check_display, front, keymap, runs_dir, theme},
        signals::{HeldSignals, Signals},
        state::{RepeatedOptions, StatedTest, Until},
    },
    settings::Settings,
};

use super::{
    command_line::options::display,
    resume::{
        Named,
        find::{StartNotice, Wanted, offer},
        interrupted,
    },
    setup::{
        assemble::{Assembly, Way, assemble, names},
        given_files::{check_log, read_bucket},
        opening::{FirstContact, first_frame, run_to_be},
    },
};

/// Watches real appliances. The settings have the flags merged in.
pub(crate) async fn watch(
    settings: Settings,
    log: LogSource,
    stated: StatedTest,
    arguments: WatchArgs,
) -> Result<(Run, io::Result<()>), Failure> {
    let (event_loop, signals) = Box::pin(prepare(settings, log, stated, arguments)).await?;
    Ok(Box::pin(event_loop.run_to_end(signals)).await)
}

async fn prepare(
    mut settings: Settings,
    mut log: LogSource,
    stated: StatedTest,
    arguments: WatchArgs,
) -> Result<(EventLoop, Signals), Failure> {
    let WatchArgs { connection, output, resume, test: TestArgs { plan, .. }, runs } = arguments;
    let display = display(output);
    // Not an interrupted run: what it knew of its appliances would look like the present.
    let shows_first = display == Display::Screen && resume.is_none() && !asks_by_commands(&settings);
    // Without a frame to come first, from the first moment.
    let signals = (!shows_first).then(Signals::listen).transpose().map_err(Failure::Signals)?;
    if resume.is_some() && log == LogSource::StandardInput {
        let text = "standard input does not show what of it was read before, so no run can be gone on with from it; \
                    give the log as a FILE";
        return Err(Failure::Usage(text.to_owned()));
    }
    let runs_dir = runs_dir(settings.runs_dir.as_deref())?;
    // The other commands look where the default settings say, and not those of a file that was named here.
    let named_dir =
        runs.runs_dir.or_else(|| settings.runs_dir.clone().filter(|_| connection.settings.is_some()));
    let resumed_by_path = resume.as_ref().filter(|name| name.contains('/')).map(Path::new);
    let repeated = RepeatedOptions {
        runs_dir: resumed_by_path.and_then(Path::parent).map(Path::to_owned).or(named_dir),
        settings: connection.settings.clone(),
    };
    let named = Named { primary: connection.primary, dr: connection.dr };
    let mut interrupted = match &resume {
        Some(name) => Some(interrupted(name, &runs_dir, &mut settings, &mut log, &named)?),
        None => None,
    };
    check_usage(&settings, &log, resume.is_some())?;
    if let Some(interrupted) = interrupted.as_ref().filter(|_| plan.is_some()) {
        check_plan(interrupted.run(), &stated)?;
    }
    let notices = if let Some(interrupted) = &mut interrupted {
        std::mem::take(&mut interrupted.passed_over)
    } else {
        let unfinished = offer(&runs_dir, &Wanted::new(&settings, &log));
        unfinished.iter().for_each(StartNotice::say);
        Vec::from_iter(unfinished)
    };
    // One of the engineer's may be refused, which must not take the terminal first.
    let own_dialect = settings.dialect.is_some().then(|| with_gates(&settings)).transpose()?;
    // Before anything is connected to: nobody should type a password for a watch that cannot begin.
    check_display(display)?;
    let run_settings = interrupted
        .as_ref()
        .map_or_else(|| settings.for_run(), |interrupted| interrupted.run().started.settings.clone());
    let bucket = connection.bucket.as_deref().map(read_bucket).transpose()?;

    let (clock, theme, keymap) = (Clock::system(), theme(settings.screen), keymap(&settings)?);
    let mut contact = if let Some(signals) = signals {
        FirstContact::plain(signals, clock)
    } else {
        // Nothing has begun that a signal would have to end. Now the terminal is taken, and has to be given back.
        let held = HeldSignals::hold().map_err(Failure::Signals)?;
        let known = names(&settings, log.origin());
        let digest =
            own_dialect.as_ref().map_or_else(built_in_digest, |(dialect, _)| dialect.digest().to_owned());
        let run = run_to_be(known, &run_settings, digest, settings.read_only, clock.now());
        let screen = ScreenFront::enter(theme, Mode::Watch).map_err(Failure::Terminal)?;
        let shown = run.map(|run| first_frame(Box::new(screen), run, &clock));
        // Before ssh logs in, which a signal must end too.
        FirstContact::shown(Signals::listen_to_held(held).map_err(Failure::Signals)?, clock, shown)
    };
    let (dialect, gates) = match own_dialect {
        Some(own) => own,
        // Behind the first frame, of which it would take a tenth of the time.
        None => with_gates(&settings)?,
    };
    // A run that has begun goes on even while its appliances cannot be reached.
    let ways = reach_all(&settings, gates, display, interrupted.is_some(), &mut contact).await?;
    let (signals, shown) = contact.into_parts();
    let front = match shown {
        Some(front) => front,
        None => front(display, theme, Mode::Watch)?,
    };
    let event_loop = assemble(
        Assembly {
            clock,
            runs_dir,
            run_settings,
            dialect,
            ways,
            interrupted,
            news: notices.into_iter().map(|notice| notice.short).collect(),
            bucket,
            until: if display == Display::Screen { Until::Quit } else { Until::Restored },
            test: stated,
            log,
            settings,
        },
        front,
    )?;
    Ok((event_loop.with_keymap(keymap).with_past(read_record).repeating(repeated), signals))
}

/// Makes the first contact with every appliance given. Fails where waiting does not help, or where a fresh run reaches
/// none.
async fn reach_all(
    settings: &Settings,
    gates: Gates,
    display: Display,
    may_be_away: bool,
    contact: &mut FirstContact,
) -> Result<Vec<Way>, Failure> {
    let mut reached = Vec::new();
    let mut failures = Vec::new();
    for (role, gate) in gates {
        let Some(transport) = transport_to(role, settings).transpose()? else { continue };
        // Before the connection: a password command that fails should not cost a login.
        let enable_password = contact.wait_for(enable_password(role, settings)).await??;
        let primed = match contact.connect(&transport, role, display).await? {
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

/// Whether a command of the user's, which may ask in the terminal, is run before the appliances are reached.
fn asks_by_commands(settings: &Settings) -> bool {
    [&settings.primary, &settings.dr]
        .into_iter()
        .any(|appliance| appliance.password_command.is_some() || appliance.enable_password_command.is_some())
}

fn check_usage(settings: &Settings, log: &LogSource, resumes: bool) -> Result<(), Failure> {
    let has_appliance = settings.primary.destination.is_some() || settings.dr.destination.is_some();
    if !has_appliance && *log == LogSource::Ssh {
        let text =
            "there is nothing to watch; name the appliances with --primary and --dr, or a log with --log";
        return Err(Failure::Usage(text.to_owned()));
    }
    match log {
        // A rotation may be about to put a new file in its place.
        LogSource::File(path) if resumes && !path.exists() => Ok(()),
        LogSource::File(path) => check_log(path),
        LogSource::Ssh | LogSource::StandardInput => Ok(()),
    }
}

/// Refuses another plan for a run whose test sheet counts already: a change of it takes a reason.
fn check_plan(run: &Run, stated: &StatedTest) -> Result<(), Failure> {
    let (Some(frozen), Some((sheet, _))) = (&run.frozen_sheet, &stated.sheet) else { return Ok(()) };
    if run.stated_sheet().unwrap_or(&frozen.sheet) == sheet {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "--plan differs from the test sheet of {}, which was frozen at the start of stage 1, {}; resume without --plan, \
         then change the sheet on the dashboard (S), which asks for the reason",
        run.started.run,
        frozen.at.in_words()
    )))
}

type Gates = [(Role, Gate); 2];

/// The dialect that the settings ask for, with a gate to each appliance.
fn with_gates(settings: &Settings) -> Result<(Arc<Dialect>, Gates), Failure> {
    let dialect = Arc::new(dialect_of(settings)?);
    let access = if settings.read_only { Access::ReadOnly } else { Access::ReadAndChange };
    // Both are made whatever is connected: a dialect that holds a forbidden word is refused in any case.
    let gate = |role| Ok::<_, Failure>((role, Gate::new(role, &dialect, access)?));
    let gates = [gate(Role::Primary)?, gate(Role::Dr)?];
    Ok((dialect, gates))
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
    let secret = run_password_command(command).await.map_err(|error| refused(error.to_string()))?;
    Secret::from_output(&secret).map(Some).map_err(|error| refused(error.to_string()))
}
