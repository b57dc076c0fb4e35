//! One world for several sessions: in memory for one process, or in a folder for several at once.
//! Every look at the world and every change happens at the present of its clock.

mod folder;
pub(crate) mod pulse;

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

pub(crate) use self::folder::ReceivedLine;
use self::{
    folder::Folder,
    pulse::{Follower, Pulse},
};
use super::{
    change::{Change, Input},
    error::SimulatorError,
    number::Speed,
    scenario::{
        Scenario,
        line_fault::{Course, LineFault},
    },
    world::{Origin, World},
};
use crate::{
    clock::Clock,
    run::{ReplicationState, Role, Timestamp},
};

/// How often the state folder is looked at for what other processes did.
const FOLDER_POLL: Duration = Duration::from_millis(200);
/// Received lines kept in memory; the oldest are dropped beyond it.
const RECEIVED_KEPT: usize = 100_000;

/// Label of sessions in which somebody types beside drwatch.
pub(super) const BY_HAND: &str = "hand";

/// A handle to a world; clones share it.
#[derive(Clone, Debug)]
pub struct SharedWorld {
    clock: Clock,
    state: Arc<Mutex<State>>,
    changes: Pulse,
}

#[derive(Debug)]
struct State {
    world: World,
    store: Store,
}

#[derive(Debug)]
enum Store {
    Memory(Vec<ReceivedLine>),
    Folder(Folder),
}

impl SharedWorld {
    /// A world of this process alone, which begins at `start`.
    pub(crate) fn in_memory(
        scenario: Scenario,
        seed: u64,
        start: Timestamp,
        speed: Speed,
        primary_starts: ReplicationState,
        clock: Clock,
    ) -> Self {
        let origin = Origin { seed, speed, start, primary_starts };
        Self::with(World::new(Arc::new(scenario), origin), Store::Memory(Vec::new()), clock)
    }

    /// The world kept in the folder `dir`, for any number of processes at once.
    ///
    /// Whoever opens it first makes it, with the scenario, seed and speed given, the primary
    /// replicating, and the present as its start; for the others these do not count.
    ///
    /// # Errors
    /// `SimulatorError::Folder` and `SimulatorError::Unreadable` if the folder cannot be used.
    pub fn in_folder(
        dir: &Path,
        scenario: Scenario,
        seed: u64,
        speed: Speed,
        clock: Clock,
    ) -> Result<Self, SimulatorError> {
        let primary_starts = ReplicationState::Running;
        let fresh = || (scenario, Origin { seed, speed, start: clock.now(), primary_starts });
        let (folder, scenario, origin) = Folder::open(dir, fresh)?;
        Ok(Self::with(World::new(Arc::new(scenario), origin), Store::Folder(folder), clock))
    }

    fn with(world: World, store: Store, clock: Clock) -> Self {
        Self { clock, state: Arc::new(Mutex::new(State { world, store })), changes: Pulse::default() }
    }

    pub(crate) fn clock(&self) -> Clock {
        self.clock
    }

    /// The scenario and the speed that the first opener of the world chose.
    pub(crate) fn plays(&self) -> (String, Speed) {
        let state = self.lock();
        (state.world.scenario.name.clone(), state.world.origin.speed)
    }

    /// Whether the appliance `role` can be reached now. While it cannot, its sessions end by
    /// themselves, and new ones end at once.
    pub(crate) fn is_reachable(&self, role: Role) -> Result<bool, SimulatorError> {
        self.view(|world| world.is_reachable(role))
    }

    /// Waits until the appliance `role` cannot be reached.
    pub(super) async fn unreachable(&self, role: Role) -> Result<(), SimulatorError> {
        // In a world without such faults nothing is watched for: in a folder, each look takes the lock.
        if !self.view(|world| world.scenario.loses_connections())? {
            std::future::pending::<()>().await;
        }
        // Before the first look, so that a change between the look and the wait wakes this task.
        let mut changes = self.changes();
        while self.is_reachable(role)? {
            self.stir(&mut changes).await;
        }
        Ok(())
    }

    pub(crate) fn view<T>(&self, look: impl FnOnce(&World) -> T) -> Result<T, SimulatorError> {
        let mut state = self.lock();
        let State { world, store } = &mut *state;
        let now = match store {
            Store::Memory(_) => self.clock.now(),
            Store::Folder(folder) => {
                let (now, inputs) = folder.read(self.clock)?;
                for input in inputs {
                    world.input(input);
                }
                now
            }
        };
        world.advance(now);
        Ok(look(world))
    }

    pub(crate) fn change(&self, role: Role, change: Change) -> Result<(), SimulatorError> {
        let mut state = self.lock();
        let State { world, store } = &mut *state;
        let inputs = match store {
            // A clock that was set back must not put an input before what the world has shown already.
            Store::Memory(_) => vec![Input { at: self.clock.now().max(world.now()), role, change }],
            Store::Folder(folder) => folder.append(self.clock, role, change)?,
        };
        for input in inputs {
            world.input(input);
            // Not to the present: the next look does that, and an input must meet the world
            // as it was at its own time.
            world.advance(input.at);
        }
        // Unlocked first: whoever is woken looks at the world at once.
        drop(state);
        self.changes.beat();
        Ok(())
    }

    /// Keeps a line that a session received. Empty lines are not kept.
    pub(crate) fn record(&self, role: Role, label: &str, line: &str) -> Result<(), SimulatorError> {
        if line.trim().is_empty() {
            return Ok(());
        }
        let received =
            ReceivedLine { at: self.clock.now(), role, label: escaped(label), line: escaped(line) };
        match &mut self.lock().store {
            Store::Memory(lines) => {
                if lines.len() == RECEIVED_KEPT {
                    lines.remove(0);
                }
                lines.push(received);
                Ok(())
            }
            Store::Folder(folder) => folder.record(&received),
        }
    }

    /// Every line received so far, oldest first.
    pub(crate) fn received(&self) -> Result<Vec<ReceivedLine>, SimulatorError> {
        match &self.lock().store {
            Store::Memory(lines) => Ok(lines.clone()),
            Store::Folder(folder) => folder.received(),
        }
    }

    /// The fault that strikes `line`, just received and recorded, if one does.
    pub(super) fn line_fault(
        &self,
        role: Role,
        label: &str,
        line: &str,
    ) -> Result<Option<Course>, SimulatorError> {
        let is_hit = |fault: &&LineFault| fault.role == role && fault.line == line;
        let faults: Vec<_> =
            self.view(|world| world.scenario.line_fault.iter().filter(is_hit).cloned().collect())?;
        if faults.is_empty() || label == BY_HAND {
            return Ok(None);
        }
        // Counted in the record, which the sessions of all processes share.
        let received = self.received()?;
        let is_same =
            |other: &&ReceivedLine| other.role == role && other.line == line && other.label != BY_HAND;
        let time = received.iter().filter(is_same).count();
        Ok(faults.into_iter().find(|fault| fault.time == time).map(|fault| fault.course))
    }

    /// Follows the changes made through this handle and its clones; for [`stir`](Self::stir).
    pub(super) fn changes(&self) -> Follower {
        self.changes.follow()
    }

    /// Waits until something may have happened in the world since the last wait on `changes`.
    pub(super) async fn stir(&self, changes: &mut Follower) {
        // The lock is given back before the wait; held across it, it would block every other session.
        let wait = {
            let state = self.lock();
            match &state.store {
                // Nothing reports what another process appends, and a next event computed
                // here would be outdated by it.
                Store::Folder(_) => FOLDER_POLL,
                Store::Memory(_) => match state.world.next_event() {
                    Some(at) => self.clock.real(at.since(self.clock.now()).into()),
                    // Nothing is due. The sleep only bounds the wait; a change wakes the task earlier.
                    None => Duration::from_hours(1),
                },
            }
        };
        tokio::select! {
            biased;
            () = changes.changed() => {}
            // At least a millisecond: an event that is due within the present one
            // would make the caller spin.
            () = tokio::time::sleep(wait.max(Duration::from_millis(1))) => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic in one session must not take the appliance down for the others.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `text` without characters that would break the lines and fields of a tab-separated file.
fn escaped(text: &str) -> String {
    let escape = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests;
