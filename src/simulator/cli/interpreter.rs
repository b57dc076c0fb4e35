//! What a line means and does: the mode and the world in, what the session is to do out. It knows
//! neither terminals nor how long anything takes.

use std::time::Duration;

use super::{
    grammar::{self, Mode, Verb},
    render,
};
use crate::{
    run::{ReplicationState, Role, ThreadCount},
    simulator::{
        change::Change,
        error::SimulatorError,
        shared::{BY_HAND, SharedWorld},
        world::{FEWEST_THREADS, MOST_THREADS, World},
    },
};

/// What a session has to do about a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Print it, page by page where pages are wanted.
    Text(String),
    /// Go into a mode, after a password where one is asked for.
    Enter(Mode, Option<String>),
    /// Lines of a page; `None`: no paging.
    Page(Option<usize>),
    /// Pages as long as the terminal.
    PageByTerminal,
    /// Log the session out after that much idleness; `None`: never.
    AutoLogout(Option<Duration>),
    List,
    Follow,
    End,
}

/// Carries out `line`, typed in `mode` on the appliance `role`.
pub(super) fn interpret(
    world: &SharedWorld,
    role: Role,
    mode: Mode,
    line: &str,
) -> Result<Outcome, SimulatorError> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('!') {
        return Ok(nothing());
    }
    if let Some(asked) = line.strip_suffix('?') {
        return Ok(Outcome::Text(grammar::help(mode, asked)));
    }
    match grammar::understand(mode, line) {
        Ok((verb, argument)) => act(world, role, mode, verb, argument),
        Err(refusal) => Ok(Outcome::Text(refusal.to_string())),
    }
}

fn act(
    world: &SharedWorld,
    role: Role,
    mode: Mode,
    verb: Verb,
    argument: &str,
) -> Result<Outcome, SimulatorError> {
    let answer = |render: fn(&str, Role, &World) -> String| {
        world.view(|world| Outcome::Text(render(argument, role, world)))
    };
    match verb {
        Verb::Enable if mode == Mode::Standard => world.view(|world| {
            let password = world.scenario.machine(role).enable_password.clone();
            Outcome::Enter(Mode::Enable, password)
        }),
        Verb::Enable | Verb::Accept => Ok(nothing()),
        Verb::Enter(mode) => Ok(Outcome::Enter(mode, None)),
        Verb::Exit if mode == Mode::Configure => Ok(Outcome::Enter(Mode::Enable, None)),
        Verb::Exit => Ok(Outcome::End),
        Verb::PagingOff => Ok(Outcome::Page(None)),
        Verb::PagingOn => Ok(Outcome::PageByTerminal),
        Verb::TerminalLength => Ok(number(argument).map_or_else(invalid_number, |lines| {
            Outcome::Page(usize::try_from(lines).ok().filter(|lines| *lines > 0))
        })),
        Verb::AutoLogout => Ok(number(argument).map_or_else(invalid_number, |minutes| {
            Outcome::AutoLogout((minutes > 0).then(|| Duration::from_secs(u64::from(minutes) * 60)))
        })),
        Verb::ShowVersion => answer(render::version),
        Verb::ShowInfo => answer(render::info),
        Verb::ShowService => answer(render::service),
        Verb::ShowReplication => answer(render::replication),
        Verb::Rfsctl => answer(render::rfsctl),
        Verb::ShowLog => answer(render::log),
        Verb::ShowLogFile => answer(render::older_log),
        Verb::ShowLogContinuous => Ok(Outcome::Follow),
        Verb::ShowBucket => Ok(Outcome::List),
        Verb::Change(change) => world.change(role, change).map(|()| nothing()),
        Verb::Format => format_datastore(world, role),
        Verb::Threads => set_threads(world, role, argument),
    }
}

fn set_threads(world: &SharedWorld, role: Role, argument: &str) -> Result<Outcome, SimulatorError> {
    let Some(threads) = number(argument).filter(|threads| (FEWEST_THREADS..=MOST_THREADS).contains(threads))
    else {
        let text = format!("% Invalid number of threads; give {FEWEST_THREADS} to {MOST_THREADS}.\n");
        return Ok(Outcome::Text(text));
    };
    world.change(role, Change::Threads(ThreadCount(threads)))?;
    // The setting is kept all the same; the message only says that no running process took it.
    let runs = world.view(|world| world.appliance(role).service_runs)?;
    Ok(Outcome::Text(if runs { String::new() } else { render::NO_PROCESS.to_owned() }))
}

fn format_datastore(world: &SharedWorld, role: Role) -> Result<Outcome, SimulatorError> {
    let must_be_stopped = world.view(|world| {
        let appliance = world.appliance(role);
        let replicates = role == Role::Primary && appliance.replication == ReplicationState::Running;
        appliance.service_runs || replicates
    })?;
    if must_be_stopped {
        let text = "% The storage optimization service must be stopped first.\n";
        return Ok(Outcome::Text(text.to_owned()));
    }
    world.change(role, Change::Format)?;
    Ok(Outcome::Text("Formatting local datastore... done\n".to_owned()))
}

fn number(argument: &str) -> Option<u32> {
    argument.parse().ok()
}

fn invalid_number() -> Outcome {
    Outcome::Text("% Invalid number.\n".to_owned())
}

const fn nothing() -> Outcome {
    Outcome::Text(String::new())
}

impl SharedWorld {
    /// Types `line` in configuration mode on an appliance, as its engineer would beside drwatch; recorded under the
    /// label `hand`. Returns the answer.
    pub(crate) fn type_line(&self, role: Role, line: &str) -> Result<String, SimulatorError> {
        for typed in ["enable", "configure terminal", line] {
            self.record(role, BY_HAND, typed)?;
        }
        match interpret(self, role, Mode::Configure, line)? {
            Outcome::Text(text) => Ok(text),
            Outcome::List => self.view(|world| render::listing_begins(world) + &render::listing_ends(world)),
            // A follow never ends by itself, and a scenario types one line after the other.
            Outcome::Follow => Err(SimulatorError::Untypable { line: line.to_owned() }),
            Outcome::Enter(..)
            | Outcome::Page(_)
            | Outcome::PageByTerminal
            | Outcome::AutoLogout(_)
            | Outcome::End => Ok(String::new()),
        }
    }
}
