//! The command `appliance`: a simulated appliance on standard input and output.

use crate::{
    cli::ApplianceArgs,
    clock::Clock,
    commands::command_line::{
        messages::complain,
        runtime::{Time, runtime},
        stop::Stop,
    },
    run::{Exit, ReplicationState, Role},
    simulator::{self, Scenario, SessionEnd, SharedWorld, Speed},
};

/// Seed of a simulated appliance that is not part of a demo.
const APPLIANCE_SEED: u64 = 1;

pub(in crate::commands) fn appliance(arguments: &ApplianceArgs) -> Result<Exit, Stop> {
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
