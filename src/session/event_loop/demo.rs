//! The operator of a demo: what he does by himself, when, and how it is announced.

use std::time::Duration;

use tokio::time::Instant;

use super::{Asked, EventLoop};
use crate::{
    run::{FindingSeverity, Remedy, Statement},
    screen::{DemoDeed, DemoStep, MessageKind},
    session::event::LoopEvent,
    simulator::{Attendance, Deed, OperatorKey, Pending},
};

/// How long the engineer has for a step, from when it is asked for or the last key was pressed.
const ATTENDED_FOR: Duration = Duration::from_secs(45);

impl EventLoop {
    /// Does what the script has due now: lines typed on the appliances go to the world, drwatch's keys to the session,
    /// which handles them as those of a real engineer. The engineer is shown each step.
    pub(super) fn play_script(&mut self) {
        self.poll_script(Attendance::Attended);
        if self.time_left().is_some_and(|left| left.is_zero()) {
            self.poll_script(Attendance::Unattended);
        }
        let step = self.announced();
        if let Some(screen) = self.front.screen() {
            screen.view().demo = step;
            screen.view().clock_speed = Some(self.session.clock().speed());
        }
    }

    fn poll_script(&mut self, attendance: Attendance) {
        let Some(scripted) = &mut self.sources.scripted else { return };
        // An error comes only of a world on disk; that of a demo is in memory.
        let due = scripted.script.poll(self.session.now(), &scripted.world, self.session.run(), attendance);
        let world = scripted.world.clone();
        for step in due.unwrap_or_default() {
            match step {
                Deed::Type { role, line } => {
                    let (now, text) =
                        (self.session.now(), format!("The demo has typed `{line}` on the {role}."));
                    if let Some(screen) = self.front.screen() {
                        screen.view().notify(text, MessageKind::Plain, now);
                    }
                    drop(world.type_line(role, &line));
                }
                Deed::Press { key } => {
                    let deed = key.deed();
                    self.show_message(format!(
                        "No key was pressed for a while: the demo {deed}, in place of an engineer."
                    ));
                    self.handle(LoopEvent::ScriptKey(key));
                }
            }
        }
    }

    fn pending(&self) -> Option<Pending> {
        self.sources.scripted.as_ref()?.script.pending()
    }

    /// How long the engineer still has for the step that waits for him; `None` where none does.
    fn time_left(&mut self) -> Option<Duration> {
        let Some(Pending::Engineer(step, _)) = self.pending() else {
            self.asked = None;
            return None;
        };
        let findings = self.session.run().findings.iter();
        let alarms = findings.filter(|finding| finding.severity == FindingSeverity::Blocking);
        let alarm = alarms.map(|finding| finding.record).max();
        let known = self.asked.filter(|asked| asked.step == step && asked.alarm == alarm);
        let asked = known.unwrap_or(Asked { step, alarm, since: Instant::now() });
        self.asked = Some(asked);
        // A key shows that somebody is there: the time begins anew with it.
        Some(ATTENDED_FOR.saturating_sub(asked.since.max(self.last_key).elapsed()))
    }

    fn announced(&mut self) -> Option<DemoStep> {
        let clock = self.session.clock();
        match self.pending()? {
            Pending::Line(left) => {
                let left = clock.real(Duration::from_secs(left.secs()));
                let seconds = whole_seconds(left);
                Some(DemoStep { deed: DemoDeed::Types, seconds, takes: &[], states: None })
            }
            Pending::Engineer(_, key) => {
                let seconds = whole_seconds(self.time_left()?);
                let (takes, states) = asked_for(key);
                Some(DemoStep { deed: DemoDeed::Acts, seconds, takes, states })
            }
        }
    }
}

/// What the engineer is asked for where the operator presses `key` in his place.
const fn asked_for(key: OperatorKey) -> (&'static [Remedy], Option<Statement>) {
    match key {
        // The pair is confirmed with it.
        OperatorKey::Pause => (&[Remedy::Pause, Remedy::ConfirmPair], None),
        OperatorKey::List => (&[Remedy::ListBucket], None),
        OperatorKey::Baseline => (&[], None),
        OperatorKey::Threads => (&[Remedy::SetThreads], None),
        OperatorKey::Resume => (&[Remedy::Resume], None),
        OperatorKey::TestOver => (&[Remedy::StateByHand], Some(Statement::TestOver)),
        OperatorKey::AttestDownloadOver => (&[Remedy::StateByHand], Some(Statement::DownloadOver)),
        OperatorKey::AttestNamespaceOver => (&[Remedy::StateByHand], Some(Statement::NamespaceOver)),
        OperatorKey::AttestPaused => (&[Remedy::StateByHand], Some(Statement::ReplicationPaused)),
        OperatorKey::AttestRunning => (&[Remedy::StateByHand], Some(Statement::ReplicationRunning)),
        OperatorKey::ClaimMarkers => (&[Remedy::ClaimMarkers], None),
        OperatorKey::AcknowledgeAll => (&[Remedy::Acknowledge], None),
    }
}

/// Seconds, a begun one as a whole one: nothing is announced for now.
fn whole_seconds(left: Duration) -> u64 {
    left.as_secs() + u64::from(left.subsec_nanos() > 0)
}
