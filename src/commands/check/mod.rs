//! The pre-flight from the command line: connects, asks everything the verdict needs through
//! read-only gates, and judges. Nothing is recorded; how the verdict is printed is in `text`.

mod asked;
mod text;

use std::{io, path::Path, sync::Arc, time::Duration};

use tokio::sync::mpsc;

use self::asked::Asked;
use super::setup::{
    assemble::{Way, names_with_history, schedule},
    given_files::{check_log, read_bucket},
};
use crate::{
    appliance::{
        gate::{Access, Gate},
        tail::Memory,
    },
    cli::CheckArgs,
    clock::Clock,
    commands::watch::{dialect_of, enable_password},
    dialect::Dialect,
    ingest::{files, log_parser::LogParser, log_source::LogSource},
    journal,
    run::{
        Event, Exit, Identity, Link, PreflightFacts, PreflightVerdict, Record, Role, Run, RunId, Sequence,
        apply, preflight,
    },
    session::{
        appliances::connect::{PreconnectedTransport, reach, transport_to},
        control::plans::Plans,
        event_loop::OBSERVATION_QUEUE,
        record::disk,
        record::identity::LocalIdentity,
        setup::{Display, Failure, runs_dir, started_event, theme},
        signals::Signals,
    },
    settings::Settings,
};

/// Most time for an appliance to end its sessions.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(3);

/// Asks both appliances, and judges whether the test may be started; the exit code and what is printed. An appliance
/// that cannot be reached is an item of the outcome. The settings have the flags merged in.
pub(crate) async fn check(
    settings: &Settings,
    log: &LogSource,
    arguments: &CheckArgs,
) -> Result<(Exit, String), Failure> {
    let clock = Clock::system();
    let display = if arguments.json { Display::Json } else { Display::Screen };
    if settings.primary.destination.is_none() && settings.dr.destination.is_none() {
        let text = "there is nothing to check; name the appliances with --primary and --dr";
        return Err(Failure::Usage(text.to_owned()));
    }
    let dialect = Arc::new(dialect_of(settings)?);
    let runs_dir = runs_dir(settings.runs_dir.as_deref())?;
    let bucket = arguments.connection.bucket.as_deref().map(read_bucket).transpose()?;
    if let LogSource::File(path) = log
        && path.exists()
    {
        check_log(path)?;
    }
    let run = start(settings, log, arguments.run.as_deref(), &dialect, &runs_dir, clock)?;
    // Copied before the appliances answer, as their answers replace what the record holds of them.
    let recorded = [Role::Primary, Role::Dr].map(|role| (role, run.appliance(role).identity.clone()));
    let mut asked = Asked::new(run, clock, LogParser::new(Arc::clone(&dialect)), bucket.is_some());

    let mut plans = Plans::default();
    let (sender, observations) = mpsc::channel(OBSERVATION_QUEUE);
    let mut tasks = Vec::new();
    for role in [Role::Primary, Role::Dr] {
        // The plans of a writing gate show how certain the commands are; the appliance itself gets a gate that cannot
        // write.
        plans.add(&Gate::new(role, &dialect, Access::ReadAndChange)?, &settings.for_run());
        let gate = Gate::new(role, &dialect, Access::ReadOnly)?;
        let Some(transport) = transport_to(role, settings).transpose()? else { continue };
        let connection = match reach(&transport, display).await {
            Ok(connection) => connection,
            Err(error) => {
                asked.take(&Event::LinkChanged { role, link: Link::Stopped { reason: error.to_string() } });
                continue;
            }
        };
        let way = Way {
            role,
            gate,
            transport: Arc::new(PreconnectedTransport::with(transport, connection)),
            login: None,
            enable_password: enable_password(role, settings).await?,
            seed: fastrand::u64(..),
        };
        let followed = (role == Role::Dr && *log == LogSource::Ssh).then(Memory::default);
        tasks.push(way.start(
            Arc::clone(&dialect),
            schedule(settings),
            clock,
            followed,
            None,
            sender.clone(),
        ));
    }
    if let LogSource::File(path) = log.clone() {
        tokio::spawn(files::follow(
            path,
            clock,
            sender,
            None,
            files::Looking::Polled,
            std::future::pending(),
        ));
    } else {
        // Without this sender the channel closes once every appliance's task has ended, which ends the wait.
        drop(sender);
    }
    if let Some(event) = bucket {
        asked.take(&event);
    }
    let signals = Signals::listen().map_err(Failure::Signals)?;
    asked.until_answered(&tasks, observations, signals).await;
    let facts = PreflightFacts {
        disk_free: disk::free(&runs_dir),
        ask_past: arguments.run.is_some(),
        plans: plans.usual,
    };
    let preflight = preflight(&asked.run, clock.now(), &facts);
    for task in tasks {
        task.close(CLOSE_TIMEOUT).await;
    }
    if arguments.run.is_some() {
        same_machines(&recorded, &asked.run)?;
    }
    let text = if display == Display::Json {
        text::json(&preflight, &asked).map_err(|error| Failure::Terminal(io::Error::other(error)))?
    } else {
        text::page(&preflight, &asked.run, theme(settings.screen).charset)
    };
    let exit = match preflight.verdict {
        PreflightVerdict::Go => Exit::Done,
        PreflightVerdict::NoGo => Exit::Failed,
    };
    Ok((exit, text))
}

/// A run in memory: a fresh one, or the recorded one with what was known of it.
fn start(
    settings: &Settings,
    log: &LogSource,
    name: Option<&str>,
    dialect: &Dialect,
    runs_dir: &Path,
    clock: Clock,
) -> Result<Run, Failure> {
    let names = names_with_history(settings, log.origin(), runs_dir);
    if let Some(name) = name {
        let (mut run, _) = journal::read_run(&journal::find_run(runs_dir, name)?)?;
        if run.started.demo {
            return Err(Failure::Usage(format!(
                "run {} is of simulated appliances, not of these; name the run of this test with --run, or \
                 leave it out",
                run.started.run
            )));
        }
        let program = env!("CARGO_PKG_VERSION").to_owned();
        let recorder = LocalIdentity::of_this_process().label();
        let event = Event::RunContinued { program, recorder, held: None, since: None, distrusted: None };
        let record = Record { seq: run.last.next(), at: clock.now(), event };
        apply(&mut run, &record);
        // The destinations of now: an appliance may have another address than when the run was recorded.
        (run.started.primary, run.started.dr) = (names.primary, names.dr);
        return Ok(run);
    }
    let id = RunId("check".to_owned());
    let event = started_event(&id, &settings.for_run(), dialect, names, true);
    let record = Record { seq: Sequence(0), at: clock.now(), event };
    Run::start(&record).map_err(|error| Failure::Usage(error.to_string()))
}

/// Refuses the record of other machines: its past is not that of these.
fn same_machines(recorded: &[(Role, Option<Identity>)], run: &Run) -> Result<(), Failure> {
    for (role, before) in recorded {
        let (Some(before), Some(now)) = (before, &run.appliance(*role).identity) else { continue };
        if before.same_machine(now) == Some(false) {
            let name = |identity: &Identity| {
                let serial = identity.serial.as_deref().unwrap_or("unknown");
                format!("{} (serial number {serial})", identity.hostname.as_deref().unwrap_or("unnamed"))
            };
            return Err(Failure::Usage(format!(
                "run {} was recorded with another {role}: {}, and the one given now is {}; name the run of this test \
                 with --run, or leave it out",
                run.started.run,
                name(before),
                name(now)
            )));
        }
    }
    Ok(())
}
