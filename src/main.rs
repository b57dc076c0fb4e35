//! The entry: options in, exit code out. What happens in between lives in the library.

use std::{
    io,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

mod manual;
mod said;

use clap::{CommandFactory as _, Parser as _};
use color_eyre::eyre::{self, WrapErr as _};
use drwatch::{
    appliance::ssh::Destination,
    cli::{
        ApplianceArgs, CheckArgs, Cli, Command, ConnectionArgs, DemoArgs, HeadlessArgs, ReportArgs,
        ReportFormat, RunArgs, RunsArgs, RunsDir, SettingsArgs, SettingsCommand, WatchArgs,
    },
    clock::Clock,
    commands::{self, CheckOptions, DemoOptions, Named, Shape, WatchOptions},
    ingest::LogSource,
    journal::{self, JournalError, RunFolder},
    outlet::{self, Charset},
    playback::{self, LookOptions},
    report,
    run::{At, ReplicationState, Role, Run, Summary},
    screen,
    session::{self, Display, Exit, Failure},
    settings::{self, Settings, Symbols},
    simulator::{self, Scenario, SessionEnd, SharedWorld, Speed},
};

use said::{complain, is_gone, say, say_as_is, say_json, say_usage};

fn main() -> ExitCode {
    if let Some(code) = drwatch::appliance::ssh::dispatch() {
        return code;
    }
    outlet::set_charset(Charset::of_locale(|name| std::env::var(name).ok()));
    take_full_files_for_errors();
    // A second installation is the only way this can fail, and there is none.
    drop(color_eyre::install());
    screen::install_panic_hook();
    let command = match Cli::try_parse() {
        Ok(cli) => cli.command,
        Err(answer) => return ExitCode::from(say_usage(&answer)),
    };
    ExitCode::from(match carry_out(command) {
        Ok(exit) => exit.code(),
        Err(stop) => {
            complain(&stop.text);
            stop.exit.code()
        }
    })
}

/// Lets a write beyond the limit on the length of files fail like any other that a disk refuses, instead of ending
/// the process. A handler does so without being handed down to `ssh` and other commands, as ignoring it would be.
fn take_full_files_for_errors() {
    // Where it fails, that limit ends the process as it always did.
    drop(signal_hook::flag::register(nix::libc::SIGXFSZ, Arc::default()));
}

/// Why nothing came of a command, in one sentence, and the exit code for it.
struct Stop {
    text: String,
    exit: Exit,
}

impl Stop {
    fn usage(error: impl std::error::Error) -> Self {
        Self { text: error.to_string(), exit: Exit::Usage }
    }

    fn failed(error: impl std::error::Error) -> Self {
        Self { text: error.to_string(), exit: Exit::Failed }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        let exit = if failure.is_usage() { Exit::Usage } else { Exit::Failed };
        Self { text: failure.to_string(), exit }
    }
}

impl From<eyre::Report> for Stop {
    fn from(report: eyre::Report) -> Self {
        // One line: the outermost sentence, then its causes.
        Self { text: format!("{report:#}"), exit: Exit::Failed }
    }
}

fn carry_out(command: Command) -> Result<Exit, Stop> {
    match command {
        Command::Demo(arguments) => demo(arguments),
        Command::Watch(arguments) => watch_appliances(arguments),
        Command::Check(arguments) => check_appliances(arguments),
        Command::Replay(arguments) => {
            look(&arguments.run, |options| playback::replay(options, arguments.speed))
        }
        Command::View(arguments) => look(&arguments, playback::view),
        Command::Runs(arguments) => runs(&arguments),
        Command::Report(arguments) => report(&arguments),
        Command::Verify(arguments) => verify(&arguments),
        Command::Appliance(arguments) => appliance(&arguments),
        Command::Settings(arguments) => settings_file(&arguments),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "drwatch", &mut script);
            say_as_is(&String::from_utf8_lossy(&script))?;
            Ok(Exit::Done)
        }
        Command::Man => {
            say(&manual::page().map_err(Stop::failed)?)?;
            Ok(Exit::Done)
        }
    }
}

const fn display(output: HeadlessArgs) -> Display {
    match (output.headless, output.json) {
        (false, _) => Display::Screen,
        (true, false) => Display::Lines,
        (true, true) => Display::Json,
    }
}

/// A runtime on this thread alone: one loop, one order of events.
fn runtime(time: Time) -> Result<tokio::runtime::Runtime, Stop> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(time == Time::Virtual)
        .build()
        .wrap_err("the runtime cannot be started")
        .map_err(Stop::from)
}

/// Whose time passes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Time {
    /// The machine's.
    Real,
    /// The runtime's own, as fast as the machine goes.
    Virtual,
}

fn demo(arguments: DemoArgs) -> Result<Exit, Stop> {
    if arguments.list {
        for scenario in Scenario::all().map_err(Stop::failed)? {
            say(&format!("{:<14} {}\n", scenario.name, scenario.title))?;
        }
        return Ok(Exit::Done);
    }
    let display = display(arguments.output);
    let time = if display == Display::Screen { Time::Real } else { Time::Virtual };
    let speed = if display == Display::Screen { arguments.speed } else { 1.0 };
    let options = DemoOptions {
        scenario: arguments.scenario,
        speed,
        seed: arguments.seed,
        display,
        runs_dir: Some(runs_dir(&arguments.runs)?),
    };
    let outcome = runtime(time)?.block_on(async move {
        // Whole seconds: log stamps carry no fractions, and equal seeds are to give equal offsets.
        let now = Clock::system().now().utc().timestamp();
        let start = chrono::DateTime::from_timestamp(now, 0).map_or_else(|| Clock::system().now(), At::new);
        Box::pin(commands::demo(options, Clock::scaled(start, speed))).await
    })?;
    conclude(outcome)
}

/// The settings; what is said from here on has the characters that they ask for.
fn load(path: Option<&Path>) -> Result<Settings, Stop> {
    let settings = Settings::load(path).map_err(Stop::usage)?;
    match settings.screen.symbols {
        Symbols::Auto => {}
        Symbols::Unicode => outlet::set_charset(Charset::Unicode),
        Symbols::Ascii => outlet::set_charset(Charset::Ascii),
    }
    check_destinations(&settings)?;
    Ok(settings)
}

/// Refuses a destination that cannot be one before anything is done with it: a password in it is not even shown.
fn check_destinations(settings: &Settings) -> Result<(), Stop> {
    for appliance in [&settings.primary, &settings.dr] {
        if let Some(destination) = &appliance.destination {
            Destination::parse(destination).map_err(Stop::usage)?;
        }
    }
    Ok(())
}

/// The settings with what the command line says in their place.
fn merged(connection: &ConnectionArgs, runs: RunsDir) -> Result<(Settings, LogSource), Stop> {
    let mut settings = load(connection.settings.as_deref())?;
    settings.primary.destination = connection.primary.clone().or(settings.primary.destination);
    settings.dr.destination = connection.dr.clone().or(settings.dr.destination);
    settings.runs_dir = runs.runs_dir.or(settings.runs_dir);
    settings.read_only |= connection.read_only;
    check_destinations(&settings)?;
    let log = match connection.log.as_str() {
        "ssh" => LogSource::Ssh,
        "-" => LogSource::StandardInput,
        path => LogSource::File(PathBuf::from(path)),
    };
    Ok((settings, log))
}

fn watch_appliances(arguments: WatchArgs) -> Result<Exit, Stop> {
    let (settings, log) = merged(&arguments.connection, arguments.runs)?;
    let named = Named { primary: arguments.connection.primary, dr: arguments.connection.dr };
    let options = WatchOptions {
        settings,
        log,
        bucket: arguments.connection.bucket,
        display: display(arguments.output),
        resume: arguments.resume,
        named,
    };
    let runtime = runtime(Time::Real)?;
    let outcome = runtime.block_on(commands::watch(options));
    // Standard input may be read for ever; what it would still say is not waited for.
    runtime.shutdown_background();
    conclude(outcome?)
}

fn check_appliances(arguments: CheckArgs) -> Result<Exit, Stop> {
    let (settings, log) = merged(&arguments.connection, arguments.runs)?;
    let options = CheckOptions {
        settings,
        log,
        bucket: arguments.connection.bucket,
        run: arguments.run,
        shape: if arguments.json { Shape::Json } else { Shape::Text },
    };
    let checked = runtime(Time::Real)?.block_on(commands::check(options))?;
    if arguments.json {
        say_json(&checked.text)?;
    } else {
        say(&checked.text)?;
    }
    Ok(checked.exit())
}

/// The exit code of a run, unless its last words could not be said.
fn conclude((run, said): (Run, io::Result<()>)) -> Result<Exit, Stop> {
    match said {
        Err(error) if !is_gone(&error) => Err(Stop::unsaid(&error)),
        _ => Ok(Exit::from(run.exit())),
    }
}

fn runs_dir(arguments: &RunsDir) -> Result<PathBuf, Stop> {
    let settings = load(None)?;
    Ok(session::runs_dir(arguments.runs_dir.as_deref().or(settings.runs_dir.as_deref()))?)
}

fn folder(arguments: &RunArgs) -> Result<RunFolder, Stop> {
    journal::find_run(&runs_dir(&arguments.runs)?, &arguments.run).map_err(Stop::usage)
}

fn summary(folder: &RunFolder) -> Result<Summary, JournalError> {
    let (run, report) = journal::read_run(folder)?;
    Ok(drwatch::run::summarise(&run, run.last_at, report.head))
}

/// Shows a recording until it is left, which is all that was asked.
fn look<F>(arguments: &RunArgs, show: impl FnOnce(LookOptions) -> F) -> Result<Exit, Stop>
where
    F: Future<Output = Result<io::Result<()>, Failure>>,
{
    let settings = load(None)?;
    let options = LookOptions { settings, folder: folder(arguments)? };
    match runtime(Time::Real)?.block_on(show(options))? {
        // A terminal that is gone cannot be told anything.
        Err(error) if !is_gone(&error) => Err(Stop::failed(error)),
        _ => Ok(Exit::Done),
    }
}

fn runs(arguments: &RunsArgs) -> Result<Exit, Stop> {
    let runs_dir = runs_dir(&arguments.runs)?;
    let folders = journal::list_runs(&runs_dir).map_err(Stop::usage)?;
    if folders.is_empty() {
        complain(&format!(
            "no run is recorded in {}; `drwatch demo` or `drwatch watch` makes one, --runs-dir names another place",
            runs_dir.display()
        ));
    }
    for folder in folders {
        let read = folder.map_err(|error| error.to_string()).and_then(|folder| {
            let summary = summary(&folder).map_err(|error| error.to_string())?;
            Ok((folder.id().0.clone(), summary, journal::is_being_recorded(&folder)))
        });
        let line = match read {
            Ok((name, summary, is_live)) if arguments.json => report::listed_json(&name, &summary, is_live),
            Ok((name, summary, is_live)) => report::listed(&name, &summary, is_live),
            // One bad record must not hide the others.
            Err(error) => {
                complain(&error);
                continue;
            }
        };
        if arguments.json { say_json(&line)? } else { say(&line)? }
    }
    Ok(Exit::Done)
}

fn report(arguments: &ReportArgs) -> Result<Exit, Stop> {
    let folder = folder(&arguments.run)?;
    let summary = summary(&folder).map_err(Stop::failed)?;
    let text = match arguments.format {
        ReportFormat::Md => report::markdown(&summary),
        ReportFormat::Json => report::json(&summary).map_err(Stop::failed)?,
    };
    let say = |text: &str| match arguments.format {
        ReportFormat::Md => say(text),
        ReportFormat::Json => say_json(text),
    };
    match &arguments.output {
        None => say(&text)?,
        Some(path) if path.as_os_str() == "-" => say(&text)?,
        Some(path) => std::fs::write(path, text).map_err(|error| Stop {
            text: format!(
                "the report cannot be written to {}: {error}; name a file in a folder that can be written with -o",
                path.display()
            ),
            exit: Exit::Failed,
        })?,
    }
    Ok(Exit::Done)
}

fn verify(arguments: &RunArgs) -> Result<Exit, Stop> {
    let folder = folder(arguments)?;
    let sound = commands::verify(&folder).map_err(Stop::failed)?;
    say(&format!("{}: {sound}\n", folder.id()))?;
    Ok(Exit::Done)
}

/// Seed of a simulated appliance that is not part of a demo.
const APPLIANCE_SEED: u64 = 1;

fn appliance(arguments: &ApplianceArgs) -> Result<Exit, Stop> {
    let role = Role::from(arguments.role);
    let scenario =
        Scenario::named(arguments.scenario.as_deref().unwrap_or("procedure")).map_err(Stop::usage)?;
    let speed = arguments.speed.map_or(Ok(Speed::REAL), Speed::new).map_err(Stop::usage)?;
    let clock = Clock::system();
    let world = if let Some(folder) = &arguments.state {
        let world =
            SharedWorld::in_folder(folder, scenario, APPLIANCE_SEED, speed, clock).map_err(Stop::failed)?;
        let (name, in_force) = world.plays();
        let is_other = arguments.scenario.as_ref().is_some_and(|wanted| *wanted != name)
            || (arguments.speed.is_some() && speed != in_force);
        if is_other {
            complain(&format!(
                "the world in {} was begun with scenario {name} at speed {}, which stay in force; name another \
                 folder with --state for another world",
                folder.display(),
                in_force.factor()
            ));
        }
        world
    } else {
        let starts = ReplicationState::Running;
        SharedWorld::in_memory(scenario, APPLIANCE_SEED, clock.now(), speed, starts, clock)
    };
    let label = arguments.label.clone();
    let end =
        runtime(Time::Real)?.block_on(simulator::stdio::run(world, role, label)).map_err(Stop::failed)?;
    Ok(match end {
        SessionEnd::LoggedOut => Exit::Done,
        SessionEnd::Refused | SessionEnd::Lost => Exit::Failed,
    })
}

fn settings_file(arguments: &SettingsArgs) -> Result<Exit, Stop> {
    let path = match &arguments.settings {
        Some(path) => path.clone(),
        None => settings::default_path().map_err(Stop::usage)?,
    };
    match arguments.command {
        SettingsCommand::Init => {
            settings::init(&path).map_err(Stop::failed)?;
            say(&format!("{}\n", path.display()))?;
        }
        SettingsCommand::Show => {
            let settings = load(arguments.settings.as_deref())?;
            say(&settings.render())?;
        }
        SettingsCommand::Path => say(&format!("{}\n", path.display()))?,
    }
    Ok(Exit::Done)
}
