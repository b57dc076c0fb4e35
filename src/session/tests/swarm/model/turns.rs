//! What is looked at after each turn of the loop, and between the lives of drwatch.

use tokio::time::Duration;

use super::{ACTION_LIMIT, Model, POLL_LIMIT, markers};
use crate::{
    appliance::continuity::Written,
    clock::Clock,
    run::{Known, Link, ReplicationState, Run},
    simulator::Stage,
};

impl Model {
    /// Looks at the world and at the run after a turn of the loop.
    pub(in crate::session::tests::swarm) fn turn(&mut self, run: &Run, clock: Clock) {
        self.look(clock);
        let at = self.elapsed();
        let late = self.requested.iter().find(|one| !one.is_settled && at > one.at + ACTION_LIMIT);
        if let Some(late) = late.map(|one| one.id) {
            self.broken("every action comes to its end", format!("{late:?} is neither known nor given up"));
            // Reported once: it stays late at every further turn.
            self.requested.iter_mut().filter(|one| one.id == late).for_each(|one| one.is_settled = true);
        }
        if run.primary.link != Link::Connected {
            self.connected_since = None;
            return;
        }
        let since = *self.connected_since.get_or_insert(at);
        self.paused_is_true(run, at.saturating_sub(since));
        let idle = at.saturating_sub(self.read_at.max(since));
        if idle > POLL_LIMIT {
            self.read_at = at;
            self.broken("a connection that stands is asked", format!("nothing was read for {idle:?}"));
        }
    }

    /// Looks at the world alone.
    pub(in crate::session::tests::swarm) fn look(&mut self, clock: Clock) {
        self.sample();
        self.note_log(clock);
    }

    /// Notes the lines that the DR appliance has written since.
    fn note_log(&mut self, clock: Clock) {
        let number = self.about[1].unwrap_or(1);
        if std::mem::replace(&mut self.noted, number) != number {
            // What was noted is another machine's log.
            self.written.clear();
            self.followed_from = None;
        }
        let machine = &self.machines[number];
        let known = self.log_from.map_or(0, |from| from + self.written.len());
        let lines: Vec<String> = machine
            .world
            .view(|world| {
                let log = &world.appliance(machine.role).log;
                if log.end() == known { Vec::new() } else { log.since(known).map(str::to_owned).collect() }
            })
            .unwrap();
        self.log_from.get_or_insert(0);
        // A stage may begin and be undone between two looks: its marker stays.
        let reached = lines.iter().filter_map(|line| markers::stage_after(line)).max();
        self.reached[number] = self.reached[number].max(reached.unwrap_or(Stage::Stopped));
        let at = clock.now();
        let written = lines.into_iter().map(|line| Written { text: format!("{line}\n").into_bytes(), at });
        self.written.extend(written);
        if self.old_lines.is_none() {
            self.first_looks.push((self.elapsed(), self.written.len()));
        }
        if self.is_followed && self.followed_from.is_none() {
            self.followed_from = Some(self.written.len());
        }
    }

    /// drwatch goes on with `run`: it has settled by itself what was under way.
    pub(in crate::session::tests::swarm) fn goes_on(&mut self, run: &Run) {
        for one in &mut self.requested {
            let action = run.actions.iter().find(|action| action.id == one.id);
            one.is_settled |= action.is_none_or(|action| action.state.is_settled());
        }
    }

    /// A life of drwatch is over.
    pub(in crate::session::tests::swarm) fn life_ended(&mut self) {
        self.connected_since = None;
        // What no disk took is lost with the process, as is said on the screen meanwhile.
        if self.disk_was_full {
            self.phase = None;
        }
    }

    /// Paused is not shown for longer than a reading takes while production runs.
    fn paused_is_true(&mut self, run: &Run, connected_for: Duration) {
        let Some(machine) = self.told_truly() else { return };
        let long_ago = self.elapsed().saturating_sub(POLL_LIMIT);
        let is_wrong = run.replication.state == Known::Paused
            && connected_for > POLL_LIMIT
            && !self.was(machine, ReplicationState::Paused, long_ago);
        if is_wrong {
            self.broken("paused is never shown while it runs", format!("for {POLL_LIMIT:?}"));
        }
    }
}
