//! What the appliances answer, as text. Counts and states come from the world; the layout follows
//! the procedure where it shows one, and the family's `Key: value` lines elsewhere.

use crate::{
    run::{ReplicationState, Role},
    simulator::{
        scenario::{BucketPlan, Machine, RfsctlBeforeService, fault::Question},
        world::{Stage, World},
    },
};

/// The answer where no rfsd can be asked, as in the procedure.
pub(super) const NO_PROCESS: &str = "failed to connect, no process available\n";

pub(super) fn banner(world: &World) -> String {
    let start = world.origin.start.utc();
    format!("NetApp AltaVault\nLast login: {} from 10.20.0.44\n\n", start.format("%a %b %e %H:%M:%S %Y"))
}

pub(super) fn version(_: &str, role: Role, world: &World) -> String {
    let machine = world.scenario.machine(role);
    let Machine { release, build, model, .. } = machine;
    pairs(&[
        ("Product name", "AltaVault"),
        ("Product release", release),
        ("Build ID", build),
        ("Build arch", "x86_64"),
        ("Product model", model),
        ("Uptime", &uptime(machine, world)),
        // By this a watch over SSH marks its run as a rehearsal.
        ("Simulated by", "drwatch (no real appliance)"),
    ])
}

pub(super) fn info(_: &str, role: Role, world: &World) -> String {
    let machine = world.scenario.machine(role);
    pairs(&[
        ("Status", "Healthy"),
        ("Config", "initial"),
        ("Appliance Up Time", &uptime(machine, world)),
        ("Serial", &machine.serial),
        ("Model", &machine.model),
        ("Revision", "A"),
        ("Version", &machine.release),
    ])
}

pub(super) fn service(_: &str, role: Role, world: &World) -> String {
    if let Some(answer) = world.answer(role, Question::ShowService) {
        return format!("{answer}\n");
    }
    let status = match (role, world.appliance(role).service_runs, world.stage()) {
        (_, false, _) => "stopped",
        (Role::Primary, true, _) | (Role::Dr, true, Stage::Restored) => "ready",
        (Role::Dr, true, Stage::Starting | Stage::Stopped) => "starting",
        (Role::Dr, true, Stage::Download | Stage::Generation) => "restoring namespace",
    };
    let state = if world.appliance(role).service_runs { "running" } else { "stopped" };
    pairs(&[("Storage optimization service", state), ("Status", status)])
}

pub(super) fn replication(_: &str, role: Role, world: &World) -> String {
    if let Some(answer) = world.answer(role, Question::ShowReplication) {
        return format!("{answer}\n");
    }
    let (replication, status) = match world.appliance(role).replication {
        ReplicationState::Paused => ("disabled", "paused"),
        ReplicationState::Running if world.appliance(role).service_runs => ("enabled", "replicating"),
        ReplicationState::Running => ("enabled", "service stopped"),
    };
    let waiting = match role {
        Role::Primary => world.unprotected_bytes(),
        Role::Dr => 0,
    };
    let own = &world.bucket().name;
    let bucket = world.scenario.machine(role).other_bucket.as_ref().unwrap_or(own);
    pairs(&[
        ("Replication", replication),
        ("Status", status),
        ("Bucket name", bucket),
        ("Bytes pending", &waiting.to_string()),
        ("Threads", &world.appliance(role).threads.to_string()),
    ])
}

/// What a bucket listing prints before the entries are counted.
pub(super) fn listing_begins(world: &World) -> String {
    format!("listing entries from bucket {}\n", world.bucket().name)
}

pub(super) fn listing_ends(world: &World) -> String {
    let BucketPlan { name, entries, slabs, maps, rbtmds, bytes, slab_bytes, map_bytes, rbtmd_bytes, .. } =
        world.bucket();
    let lines = [
        format!("{entries} entries in bucket {name}"),
        format!("{} ({bytes} bytes) in bucket {name}:", size(*bytes)),
        format!("* {} in {slabs} slabs", size(*slab_bytes)),
        format!("* {} in {maps} maps", size(*map_bytes)),
        format!("* {} in {rbtmds} rbtmds", size(*rbtmd_bytes)),
    ];
    lines.join("\n") + "\n"
}

/// Answer to a hidden `rfsctl exec` question.
pub(super) fn rfsctl(name: &str, role: Role, world: &World) -> String {
    if let Some(answer) = world.answer(role, Question::Rfsctl) {
        return format!("{answer}\n");
    }
    let before_service = world.scenario.machine(role).rfsctl_before_service;
    if !world.appliance(role).service_runs && before_service == RfsctlBeforeService::Refuses {
        return NO_PROCESS.to_owned();
    }
    match name {
        "backend.ops.get" => format!("{name}: {}\n", world.gets(role)),
        "replicator.num_threads" => format!("{name}: {}\n", world.appliance(role).threads.0),
        _ => format!("unknown name: {name}\n"),
    }
}

fn pairs(pairs: &[(&str, &str)]) -> String {
    let line = |(key, value): &(&str, &str)| format!("{:<32}{value}", format!("{key}:"));
    pairs.iter().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

fn uptime(machine: &Machine, world: &World) -> String {
    let minutes = u64::from(machine.uptime_minutes) + world.now().since(world.origin.start).secs() / 60;
    format!("{}d {}h {}m", minutes / 1440, minutes / 60 % 24, minutes % 60)
}

/// A size with one decimal in the largest unit that keeps it above 1, as in the procedure.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if bytes < 1024 {
        return format!("{bytes}B");
    }
    // Ten binary digits are one unit of 1024.
    let exponent = (bytes.ilog2() / 10).min(5);
    let (unit, name) = (1_u64 << (10 * exponent), UNITS[exponent as usize - 1]);
    // In 128 bits: ten times the size of a large bucket may pass 64 bits.
    let tenths = (u128::from(bytes) * 10 + u128::from(unit) / 2) / u128::from(unit);
    format!("{}.{}{name}", tenths / 10, tenths % 10)
}

/// The lines of the present log; those alone that match `pattern`, a regular expression, where there is one.
pub(super) fn log(pattern: &str, role: Role, world: &World) -> String {
    match regex::Regex::new(pattern) {
        Ok(pattern) => joined(world.appliance(role).log.present().filter(|line| pattern.is_match(line))),
        Err(_) => format!("% Invalid regular expression \"{pattern}\".\n"),
    }
}

/// A file of the log before the present one.
pub(super) fn older_log(argument: &str, role: Role, world: &World) -> String {
    let lines = argument.parse().ok().and_then(|file| world.appliance(role).log.older(file));
    lines.map_or_else(|| "% No such log file.\n".to_owned(), joined)
}

pub(super) fn joined<'l>(lines: impl Iterator<Item = &'l str>) -> String {
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_in_the_procedure() {
        assert_eq!(size(926_580_933), "883.7MiB");
        assert_eq!(size(926_158_635), "883.3MiB");
        assert_eq!(size(193_741), "189.2KiB");
        assert_eq!(size(228_557), "223.2KiB");
        assert_eq!(
            (size(0), size(1023), size(1024)),
            ("0B".to_owned(), "1023B".to_owned(), "1.0KiB".to_owned())
        );
        assert_eq!(size(88 << 40), "88.0TiB");
        assert_eq!(size(u64::MAX), "16384.0PiB");
    }
}
