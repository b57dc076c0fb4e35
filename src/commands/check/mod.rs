//! The pre-flight from the command line: connects, asks everything the verdict needs through
//! read-only gates, and judges. Nothing is recorded; how the verdict is printed is in `text`.

mod asked;
mod text;

use std::{path::PathBuf, sync::Arc};

use tokio::sync::mpsc;

use self::asked::Asked;
use super::setup::{
    assemble::{names, schedule},
    given_files::{check_log, read_bucket},
};
use crate::{
    appliance::{
        gate::{Access, Gate},
        supervisor::Supervision,
        tail::Memory,
    },
    clock::Clock,
    commands::watch::{dialect_of, enable_password},
    dialect::Dialect,
    ingest::{files, log_parser::LogParser, log_source::LogSource},
    journal,
    run::{
        Event, Exit, Identity, Link, Preflight, PreflightFacts, PreflightVerdict, Record, Role, Run, RunId,
        Sequence, apply, preflight,
    },
    session::{
        appliances::connect::{PreconnectedTransport, reach, transport_to},
        appliances::task::ApplianceTask,
        control::plans::Plans,
        event_loop::OBSERVATION_QUEUE,
        record::disk,
        record::identity::LocalIdentity,
        setup::{Display, Failure, runs_dir, started_as, theme},
        signals::Signals,
    },
    settings::Settings,
};

pub(crate) use self::text::Shape;

/// How long an appliance is given to say goodbye.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);

/// What a check is made from.
#[derive(Clone, Debug)]
pub(crate) struct CheckOptions {
    /// The settings, flags merged in.
    pub settings: Settings,
    /// Where the log comes from.
    pub log: LogSource,
    /// A saved bucket listing.
    pub bucket: Option<PathBuf>,
    /// The recorded run that questions about the past are put to.
    pub run: Option<String>,
    /// How the outcome is written.
    pub shape: Shape,
}

/// A pre-flight as asked for and as written.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    /// The items and the verdict.
    pub preflight: Preflight,
    /// The same as it is printed.
    pub text: String,
}

impl Checked {
    /// The exit code that says the verdict.
    #[must_use]
    pub(crate) const fn exit(&self) -> Exit {
        match self.preflight.verdict {
            PreflightVerdict::Go => Exit::Done,
            PreflightVerdict::NoGo => Exit::Failed,
        }
    }
}

/// Asks both appliances, and judges whether the test may be started.
///
/// # Errors
/// The options contradict each other, or the run named is not there. An appliance that cannot be
/// reached is an item of the outcome.
pub(crate) async fn check(options: CheckOptions) -> Result<Checked, Failure> {
    let clock = Clock::system();
    let settings = &options.settings;
    if settings.primary.destination.is_none() && settings.dr.destination.is_none() {
        let text = "there is nothing to check; name the appliances with --primary and --dr";
        return Err(Failure::Usage(text.to_owned()));
    }
    let dialect = Arc::new(dialect_of(settings)?);
    let runs_dir = runs_dir(settings.runs_dir.as_deref())?;
    let bucket = options.bucket.as_deref().map(read_bucket).transpose()?;
    if let LogSource::File(path) = &options.log
        && path.exists()
    {
        check_log(path)?;
    }
    let run = start(&options, &dialect, &runs_dir, clock)?;
    let recorded = [Role::Primary, Role::Dr].map(|role| (role, run.appliance(role).identity.clone()));
    let mut asked = Asked::new(run, clock, LogParser::new(Arc::clone(&dialect)), bucket.is_some());

    let mut plans = Plans::default();
    let (sender, observations) = mpsc::channel(OBSERVATION_QUEUE);
    let mut stations = Vec::new();
    for role in [Role::Primary, Role::Dr] {
        // Its plans tell how sure the words are; the gate that speaks to the appliance has no writing half.
        plans.add(&Gate::new(role, &dialect, Access::ReadAndChange)?, &settings.for_run());
        let gate = Gate::new(role, &dialect, Access::ReadOnly)?;
        let Some(transport) = transport_to(role, settings).transpose()? else { continue };
        let display = if options.shape.is_json() { Display::Json } else { Display::Screen };
        let connection = match reach(&transport, display).await {
            Ok(connection) => connection,
            Err(error) => {
                asked.take(&Event::LinkChanged { role, link: Link::Stopped { reason: error.to_string() } });
                continue;
            }
        };
        let supervision = Supervision {
            role,
            transport: Arc::new(PreconnectedTransport::with(transport, connection)),
            dialect: Arc::clone(&dialect),
            gate,
            schedule: schedule(settings),
            clock,
            tail: role == Role::Dr && options.log == LogSource::Ssh,
            expected: None,
            memory: Memory::default(),
            enable_password: enable_password(role, settings).await?,
            seed: fastrand::u64(..),
        };
        stations.push(ApplianceTask::start(supervision, sender.clone()));
    }
    if let LogSource::File(path) = options.log.clone() {
        tokio::spawn(files::follow(path, clock, sender, None, std::future::pending()));
    } else {
        drop(sender);
    }
    if let Some(event) = bucket {
        asked.take(&event);
    }
    let signals = Signals::listen().map_err(Failure::Signals)?;
    asked.until_told(&stations, observations, signals).await;
    let facts = PreflightFacts {
        disk_free: disk::free(&runs_dir),
        ask_past: options.run.is_some(),
        plans: plans.usual,
    };
    let preflight = preflight(asked.run(), clock.now(), &facts);
    for station in stations {
        station.close(PATIENCE).await;
    }
    if options.run.is_some() {
        same_machines(&recorded, asked.run())?;
    }
    let text = text::render(&preflight, &asked, options.shape, theme(settings.screen.symbols).charset)?;
    Ok(Checked { preflight, text })
}

/// A run in memory: a fresh one, or the recorded one with what was known of it.
fn start(
    options: &CheckOptions,
    dialect: &Dialect,
    runs_dir: &std::path::Path,
    clock: Clock,
) -> Result<Run, Failure> {
    let settings = &options.settings;
    let names = names(settings, options.log.origin(), runs_dir);
    if let Some(name) = &options.run {
        let (mut run, _) = journal::read_run(&journal::find_run(runs_dir, name)?)?;
        if run.started.simulated {
            return Err(Failure::Usage(format!(
                "run {} is of simulated appliances and tells nothing of these; name the run of this test with --run, or \
                 leave it out",
                run.started.run
            )));
        }
        let program = env!("CARGO_PKG_VERSION").to_owned();
        let recorder = LocalIdentity::of_this_process().label();
        let event = Event::RunContinued { program, recorder, held: None, since: None, distrusted: None };
        let record = Record { seq: run.last.next(), at: clock.now(), event };
        apply(&mut run, &record);
        (run.started.primary, run.started.dr) = (names.primary, names.dr);
        return Ok(run);
    }
    let id = RunId("check".to_owned());
    let event = started_as(id, &settings.for_run(), dialect, names, true);
    let record = Record { seq: Sequence(0), at: clock.now(), event };
    Run::start(&record).map_err(|error| Failure::Usage(error.to_string()))
}

/// What a record knows of other machines says nothing of these.
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
