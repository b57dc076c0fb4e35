//! What each event leads to.

use std::time::Duration;

use super::Session;
use crate::text::shell_path;
use crate::{
    appliance::{observation::Observation, supervisor::Request},
    console::pace::Redraw,
    run::{Elapsed, Event, Gap, Link, Role, prediction_due, timer_events},
    screen::is_fresh,
    session::{
        event::{Effect, LoopEvent},
        record::heartbeat::{Absence, Beat},
        record::identity::LocalIdentity,
    },
};

impl Session {
    /// Handles one event; what the loop has to carry out for it, in order.
    pub(crate) fn handle(&mut self, event: LoopEvent) -> Vec<Effect> {
        match event {
            LoopEvent::Woke => self.note_absence(),
            LoopEvent::End(ending) => self.end(ending),
            LoopEvent::Suspended => self.suspended(),
            LoopEvent::Intent(intent) => {
                if let Some(message) = self.carry_out(intent) {
                    self.outbox.notify(message);
                }
            }
            LoopEvent::ScriptKey(key) => self.press(key),
            LoopEvent::Observed(observation) => self.observe(observation),
            LoopEvent::Beat { failed } => self.beat(&failed),
            LoopEvent::SourcesChecked { log_is_read, script_is_over } => {
                let now = self.clock.now();
                self.closing.check(self.recorder.run(), now, log_is_read, script_is_over);
            }
            LoopEvent::NotSent(id) => self.settle_unsent(id),
            LoopEvent::OutputFailed(reason) => self.output_failed(&reason),
        }
        self.take_effects()
    }

    /// Records that nothing was watched for a while, or that the machine's clock was set.
    fn note_absence(&mut self) {
        let clock = self.clock;
        if let Some(Absence { since, reason }) = self.heartbeat.beat(Beat::now(&clock), &clock) {
            self.record(&Event::RunContinued {
                program: env!("DRWATCH_VERSION").to_owned(),
                recorder: LocalIdentity::of_this_process().label(),
                held: Some(reason.to_owned()),
                since: Some(since),
                distrusted: None,
            });
        }
        // The steady clock goes on as before when the wall clock is set back; the record
        // keeps how far they differ.
        let behind = clock.lead();
        if behind != self.run().own_clock_behind {
            self.record(&Event::OwnClock { behind });
        }
    }

    pub(super) fn suspended(&mut self) {
        self.heartbeat.was_suspended();
        self.redraw.ask(Redraw::Soon);
    }

    fn observe(&mut self, observation: Observation) {
        match observation {
            Observation::Event(event) => self.take_event(&event),
            Observation::LogGap { from, to, reason } => {
                // At the end of the log so far: a source sends a gap in front of the lines behind it.
                let gap = Gap { from, to, offset: self.recorder.log_end(), reason, record: None };
                self.record(&Event::LogGap(gap));
            }
            Observation::Log { bytes, arrival } => {
                self.intake.received(arrival, self.clock.now());
                self.take_log(&bytes, arrival, |_| true);
            }
            Observation::ReadyToSend { id } => self.answer_ready_to_send(id),
            Observation::LogHole { bytes } => self.intake.holes.add(bytes),
            Observation::LogEnded => self.end_log(),
            Observation::LogReadToEnd => self.intake.is_read_to_end = true,
        }
    }

    fn beat(&mut self, failed: &[Role]) {
        let now = self.clock.now();
        for made in self.recorder.beat(now) {
            self.after(&made);
        }
        // After the recorder's beat, which may have ended the trouble.
        self.outbox.warn_of_trouble(self.recorder.trouble());
        for role in failed {
            self.note_failed_task(*role);
        }
        self.record_unfinished_line(false);
        for edge in timer_events(self.recorder.run(), now) {
            self.record(&Event::Due(edge));
        }
        if let Some(prediction) = prediction_due(self.recorder.run(), now) {
            self.record(&Event::Predicted(prediction));
        }
        let run = self.recorder.run();
        if self.automation.asks_for_service(run) {
            self.outbox.send(Role::Dr, Request::AskNow);
        }
        let folder = self.recorder.folder().path();
        if self.automation.preflight.judge(run, now, folder, self.control.plans()) {
            self.append_preflight();
            self.follow_up();
        }
        self.send_start_if_due(now);
        self.take_notice_results();
        // On a frozen display too, how long an appliance has been away goes on.
        let run = self.recorder.run();
        let is_calm = Role::BOTH.into_iter().all(|role| is_fresh(run.appliance(role), now));
        self.redraw.ask(if is_calm { Redraw::Clock } else { Redraw::Soon });
    }

    /// Whether a beat within `interval` from now would find nothing to do, if nothing happens until then.
    pub(crate) fn may_rest(&self, interval: Elapsed) -> bool {
        let (run, by) = (self.recorder.run(), self.clock.now() + interval);
        self.recorder.trouble().is_none()
            && self.intake.parser.partial_line_start().is_none()
            && timer_events(run, by).is_empty()
            && prediction_due(run, by).is_none()
    }

    /// Expects the next beat so much later than usual.
    pub(crate) const fn expect_beat_later(&mut self, by: Duration) {
        self.heartbeat.stretch(by);
    }

    /// Marks an appliance as stopped whose task has ended.
    fn note_failed_task(&mut self, role: Role) {
        self.control.forget(role);
        let reason = format!(
            "drwatch itself has failed while talking to the {role}, and sees no more of it; quit, and go on in the \
             same record with `drwatch watch --resume`"
        );
        self.record(&Event::LinkChanged { role, link: Link::Stopped { reason } });
        // The panic hook has given the terminal back to print its message.
        self.outbox.push(Effect::RetakeTerminal);
    }

    fn output_failed(&mut self, reason: &str) {
        self.outbox.stop_printing();
        self.outbox.warn(format!(
            "standard output takes no more ({reason}); the run is recorded all the same, `drwatch view {}` shows it",
            shell_path(self.recorder.folder().path())
        ));
    }
}
