//! From the words of the command line to the command.

use std::io;

use clap::{CommandFactory as _, Parser as _, error::ErrorKind};

use super::{
    check::check,
    command_line::{
        debug_log::start_debug_log,
        messages::{complain, is_gone, printed, say, say_as_is, say_json, say_usage},
        options::{display, folder, load, merged, runs_dir, stated_test},
        runtime::{Time, runtime},
        stop::Stop,
    },
    help::{guide::guide, manual, version},
    import::import,
    runs::{compare, findings, report, runs, verify_run},
    settings_file::settings_file,
    sign::sign,
    simulated::{
        appliance::appliance,
        demo::{self, DemoOptions},
    },
    watch::watch,
};
use crate::{
    cli::{CheckArgs, Cli, Command, DemoArgs, RunArgs, WatchArgs},
    clock::Clock,
    playback::{self, PlaybackOptions},
    run::{Exit, Run, Timestamp},
    session::{Display, Failure, setup::keymap, state::RepeatedOptions},
    settings::Settings,
    simulator::Scenario,
};

/// Carries out the command line of this process; the exit code. A failure is a sentence on standard error.
#[must_use]
pub fn run() -> u8 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer)
            if answer.kind() == ErrorKind::DisplayVersion && version::is_detailed(std::env::args_os()) =>
        {
            return concluded(say(&version::details()).map(|()| Exit::Done));
        }
        Err(answer) => return say_usage(&answer),
    };
    // An empty `DRWATCH_LOG` counts as unset.
    let debug_log = cli.debug_log.filter(|path| !path.is_empty());
    let started = debug_log.map_or(Ok(()), |path| start_debug_log(path.as_ref()));
    concluded(started.and_then(|()| carry_out(cli.command)))
}

/// The exit code of a command; says why it stopped.
fn concluded(result: Result<Exit, Stop>) -> u8 {
    match result {
        Ok(exit) => exit.code(),
        Err(stop) => {
            complain(&stop.text);
            stop.exit.code()
        }
    }
}

fn carry_out(command: Command) -> Result<Exit, Stop> {
    match command {
        Command::Demo(arguments) => simulate(arguments),
        Command::Watch(arguments) => watch_appliances(arguments),
        Command::Check(arguments) => check_appliances(&arguments),
        Command::Import(arguments) => import(&arguments),
        Command::Replay(arguments) => {
            look(&arguments.run, |options| playback::replay(options, arguments.speed))
        }
        Command::View(arguments) => look(&arguments, playback::view),
        Command::Runs(arguments) => runs(&arguments),
        Command::Report(arguments) => report(&arguments),
        Command::Compare(arguments) => compare(&arguments),
        Command::Verify(arguments) => verify_run(&arguments),
        Command::Findings(arguments) => findings(&arguments),
        Command::Sign(arguments) => sign(arguments),
        Command::Appliance(arguments) => appliance(&arguments),
        Command::Settings(arguments) => settings_file(&arguments),
        Command::Guide { topic } => guide(topic.as_deref()),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "drwatch", &mut script);
            say_as_is(&String::from_utf8_lossy(&script))?;
            Ok(Exit::Done)
        }
        Command::Man { to: None } => {
            say(&manual::page().map_err(Stop::failed)?)?;
            Ok(Exit::Done)
        }
        Command::Man { to: Some(folder) } => {
            manual::write_pages(folder).map_err(Stop::failed)?;
            Ok(Exit::Done)
        }
    }
}

fn simulate(arguments: DemoArgs) -> Result<Exit, Stop> {
    if arguments.list {
        for scenario in Scenario::all().map_err(Stop::failed)? {
            say(&format!("{:<14} {}\n", scenario.name, scenario.title))?;
        }
        return Ok(Exit::Done);
    }
    let display = display(arguments.output);
    let own = load(arguments.settings.as_deref())?;
    let keymap = keymap(&own).map_err(Stop::usage)?;
    // The default file is that of the real watch: of it a demo takes only how the screen looks, so that it is the same
    // for everybody.
    let settings = match arguments.settings {
        Some(_) => own,
        None => Settings { screen: own.screen, ..Settings::default() },
    };
    let test = stated_test(&arguments.test, &settings)?;
    // Without a screen nobody looks on, and in virtual time a simulated day passes in seconds.
    let time = if display == Display::Screen { Time::Real } else { Time::Virtual };
    let speed = if display == Display::Screen { arguments.speed } else { 1.0 };
    let repeated = RepeatedOptions { runs_dir: arguments.runs.runs_dir.clone(), settings: None };
    let options = DemoOptions {
        scenario: arguments.scenario,
        seed: arguments.seed,
        display,
        runs_dir: Some(runs_dir(&arguments.runs)?),
        settings,
        test,
    };
    let outcome = runtime(time)?.block_on(async move {
        // Whole seconds: log stamps carry no fractions, and equal seeds are to give equal offsets.
        let now = Clock::system().now().utc().timestamp();
        let start =
            chrono::DateTime::from_timestamp(now, 0).map_or_else(|| Clock::system().now(), Timestamp::new);
        Box::pin(demo::demo(options, repeated, keymap, Clock::scaled(start, speed))).await
    })?;
    conclude(outcome)
}

fn watch_appliances(arguments: WatchArgs) -> Result<Exit, Stop> {
    let (settings, log) = merged(&arguments.connection, &arguments.runs)?;
    let test = stated_test(&arguments.test, &settings)?;
    let runtime = runtime(Time::Real)?;
    let outcome = runtime.block_on(watch(settings, log, test, arguments));
    // A read of standard input may last for ever, and dropping the runtime would wait for it.
    runtime.shutdown_background();
    conclude(outcome?)
}

fn check_appliances(arguments: &CheckArgs) -> Result<Exit, Stop> {
    let (settings, log) = merged(&arguments.connection, &arguments.runs)?;
    let (exit, text) = runtime(Time::Real)?.block_on(check(&settings, &log, arguments))?;
    let say = if arguments.json { say_json } else { say };
    say(&text)?;
    Ok(exit)
}

/// The exit code of a run, unless the end of its output was not written.
fn conclude((run, output): (Run, io::Result<()>)) -> Result<Exit, Stop> {
    printed(output)?;
    Ok(run.exit())
}

/// Shows a recording until the engineer leaves it.
fn look<F>(arguments: &RunArgs, show: impl FnOnce(PlaybackOptions) -> F) -> Result<Exit, Stop>
where
    F: Future<Output = Result<io::Result<()>, Failure>>,
{
    let settings = load(None)?;
    let options = PlaybackOptions { settings, folder: folder(arguments)? };
    match runtime(Time::Real)?.block_on(show(options))? {
        // A terminal that is gone shows no message either.
        Err(error) if !is_gone(&error) => Err(Stop::failed(error)),
        _ => Ok(Exit::Done),
    }
}
