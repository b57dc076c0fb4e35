//! The roles of appliances in earlier runs, read from the records of runs whose names the engineer confirmed. What they
//! mean for this run is decided in `run`.

use std::path::Path;

use crate::{
    journal::{Content, JournalReader, RunFolder, list_runs},
    run::{Event, Identity, KnownRole, Role},
};

/// The latest runs are read.
// Read before the screen at each start, which a folder of many runs must not hold up.
const MAX_RUNS: usize = 20;

/// Records read of each: names are confirmed before the first action.
const MAX_RECORDS: usize = 5_000;

/// The last role of every appliance in the latest runs in `runs_dir`. Simulated and unreadable ones are skipped.
pub(crate) fn known_roles(runs_dir: &Path) -> Vec<KnownRole> {
    let mut known: Vec<KnownRole> = Vec::new();
    for folder in list_runs(runs_dir).unwrap_or_default().iter().flatten().rev().take(MAX_RUNS) {
        for role in confirmed_in(folder) {
            // The newest run counts, as it is read first.
            if known.iter().all(|known| known.serial != role.serial) {
                known.push(role);
            }
        }
    }
    known
}

/// The roles of the two appliances when their names were first confirmed.
fn confirmed_in(folder: &RunFolder) -> Vec<KnownRole> {
    let Ok(reader) = JournalReader::open(folder) else { return Vec::new() };
    let mut identities: [Option<Identity>; 2] = [None, None];
    // A damaged journal gives what stands before the damage.
    for entry in reader.take(MAX_RECORDS).map_while(Result::ok) {
        let Content::Record(record) = entry.content else { continue };
        match record.event {
            Event::RunStarted(started) if started.demo => return Vec::new(),
            Event::Identified { role: Role::Primary, identity, .. } => identities[0] = Some(identity),
            Event::Identified { role: Role::Dr, identity, .. } => identities[1] = Some(identity),
            Event::NamesConfirmed { .. } => {
                let is_simulated = |identity: &Option<Identity>| {
                    identity.as_ref().is_some_and(|identity| identity.simulated)
                };
                let is_rehearsal = identities.iter().any(is_simulated);
                let parts = [Role::Primary, Role::Dr].into_iter().zip(identities);
                // A real appliance may stand in for any role in a rehearsal.
                let parts = parts.filter(|(_, identity)| !is_rehearsal || is_simulated(identity));
                let known = |(role, identity): (Role, Option<Identity>)| {
                    let run = folder.id().clone();
                    Some(KnownRole { serial: identity?.usable_serial()?.to_owned(), role, run })
                };
                return parts.filter_map(known).collect();
            }
            _ => {}
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};

    use super::*;
    use crate::{
        journal::JournalWriter,
        run::{Elapsed, RunSettings, Timestamp},
        session::setup::{Names, started_event},
    };

    fn at(seconds: u64) -> Timestamp {
        Timestamp::new(Utc.with_ymd_and_hms(2026, 9, 13, 16, 0, 0).unwrap()) + Elapsed::from_secs(seconds)
    }

    /// A run that began `seconds` into the day; its events after the start.
    fn record(runs: &Path, seconds: u64, simulated: bool, events: &[Event]) -> String {
        let folder = RunFolder::create(runs, at(seconds), seconds).unwrap();
        let names = Names { simulated, ..Names::simulated() };
        let dialect = crate::dialect::Dialect::built_in();
        let started = started_event(folder.id(), &RunSettings::default(), &dialect, names, false);
        let mut writer = JournalWriter::create(&folder).unwrap();
        for event in std::iter::once(&started).chain(events) {
            writer.append(at(seconds), event).unwrap();
        }
        writer.sync_now().unwrap();
        folder.id().0.clone()
    }

    fn identified(role: Role, serial: &str) -> Event {
        let identity = Identity { serial: Some(serial.to_owned()), ..Identity::default() };
        Event::Identified { role, identity, raw: String::new() }
    }

    fn confirmed() -> Event {
        let name = || "name".to_owned();
        Event::NamesConfirmed {
            primary: name(),
            dr: name(),
            identities: Box::default(),
            reason: None,
            user: name(),
            typed: None,
        }
    }

    #[test]
    fn the_latest_confirmed_part_of_each_appliance_is_known() {
        let runs = tempfile::tempdir().unwrap();
        let pair = |primary, dr| [identified(Role::Primary, primary), identified(Role::Dr, dr)];
        record(runs.path(), 1, false, &[&pair("A", "B")[..], &[confirmed()]].concat());
        let latest = record(runs.path(), 2, false, &[&pair("B", "C")[..], &[confirmed()]].concat());
        record(runs.path(), 3, false, &pair("C", "A"));
        record(runs.path(), 4, true, &[&pair("C", "A")[..], &[confirmed()]].concat());
        let known = known_roles(runs.path());
        let told: Vec<_> = known.iter().map(|known| (known.serial.as_str(), known.role)).collect();
        assert_eq!(told, [("B", Role::Primary), ("C", Role::Dr), ("A", Role::Primary)]);
        assert_eq!(known[0].run.0, latest);
    }

    #[test]
    fn a_rehearsal_over_ssh_tells_no_role_of_a_real_appliance() {
        let told = |simulated: [bool; 2]| {
            let mut events = [identified(Role::Primary, "A"), identified(Role::Dr, "B"), confirmed()];
            for (event, simulated) in events.iter_mut().zip(simulated) {
                let Event::Identified { identity, .. } = event else { panic!() };
                identity.simulated = simulated;
            }
            let runs = tempfile::tempdir().unwrap();
            record(runs.path(), 1, false, &events);
            known_roles(runs.path()).into_iter().map(|known| known.serial).collect::<String>()
        };
        assert_eq!(told([false, false]), "AB");
        assert_eq!(told([true, false]), "A");
        assert_eq!(told([false, true]), "B");
        assert_eq!(told([true, true]), "AB", "of a simulated pair it is practised as well");
    }

    #[test]
    fn a_folder_without_runs_or_with_a_damaged_one_tells_nothing() {
        let runs = tempfile::tempdir().unwrap();
        assert_eq!(known_roles(&runs.path().join("none")), []);
        let folder = RunFolder::create(runs.path(), at(9), 9).unwrap();
        std::fs::write(folder.journal_path(), "no journal\n").unwrap();
        assert_eq!(known_roles(runs.path()), []);
    }
}
