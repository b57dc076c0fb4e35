//! What each event leads to.

use super::Session;
use crate::{
    appliance::{observation::Observation, supervisor::Request},
    run::{Arrival, Event, Gap, Link, Role, due},
    session::{
        event::{Effect, LoopEvent},
        heartbeat::{Absence, Beat},
        identity::Recorder as LocalIdentity,
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
                let message = self.carry_out(intent);
                self.effects.extend(message.map(Effect::Notify));
            }
            LoopEvent::ScriptKey(key) => self.press(key),
            LoopEvent::Observed(observation) => self.observe(observation),
            LoopEvent::Beat { failed } => self.beat(&failed),
            LoopEvent::SourcesChecked { log_is_read, script_is_over } => {
                self.check_end(log_is_read, script_is_over);
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
                program: env!("CARGO_PKG_VERSION").to_owned(),
                recorder: LocalIdentity::of_this_process().label(),
                held: Some(reason.to_owned()),
                since: Some(since),
                distrusted: None,
            });
        }
        let behind = clock.lead();
        if behind != self.run().own_clock_behind {
            self.record(&Event::OwnClock { behind });
        }
    }

    /// The next beat comes late for this reason.
    pub(super) fn suspended(&mut self) {
        self.heartbeat.was_suspended();
        self.dirty = true;
    }

    fn observe(&mut self, observation: Observation) {
        match observation {
            Observation::Event(event) => self.take_event(&event),
            Observation::LogGap { from, to, reason } => {
                let gap = Gap { from, to, offset: self.recorder.log_end(), reason };
                self.record(&Event::LogGap(gap));
            }
            Observation::Log { bytes, arrival } => {
                if arrival != Arrival::MayRepeat {
                    self.log_sure_at = Some(self.clock.now());
                }
                self.take_log(&bytes, arrival, |_| true);
            }
            Observation::ReadyToSend { id } => self.answer_ready_to_send(id),
            Observation::LogHole { bytes } => self.holes.add(bytes),
            Observation::LogEnded => self.end_log(),
            Observation::LogReadToEnd => self.log_is_read_to_end = true,
        }
    }

    fn beat(&mut self, failed: &[Role]) {
        let now = self.clock.now();
        for made in self.recorder.beat(now) {
            self.after(&made);
        }
        self.warn_of_trouble();
        for role in failed {
            self.note_failed_task(*role);
        }
        self.look_at_unfinished(false);
        for edge in due(self.recorder.run(), now) {
            self.record(&Event::Due(edge));
        }
        self.ask_for_service();
        if self.preflight.judge(self.recorder.run(), now, self.recorder.folder().path(), &self.plans.usual) {
            self.append_preflight();
            self.follow_up();
        }
        for reason in self.notifier.failures() {
            self.warn(reason);
        }
        self.dirty = true;
    }

    /// Warns that the record cannot be written: once for each trouble, and not where the screen shows it all the time.
    fn warn_of_trouble(&mut self) {
        let trouble = self.recorder.trouble().map(str::to_owned);
        if let Some(reason) = trouble.as_ref().filter(|_| self.trouble.is_none()) {
            self.effects.push(Effect::WarnWithoutScreen(format!(
                "the record cannot be written ({reason}); the watch goes on in memory and writes as soon as it can"
            )));
        }
        self.trouble = trouble;
    }

    /// Marks an appliance as stopped whose task has ended.
    fn note_failed_task(&mut self, role: Role) {
        self.appliances.retain(|appliance| *appliance != role);
        let reason = format!(
            "drwatch itself has failed while talking to the {role}, and sees no more of it; quit, and go on in the \
             same record with `drwatch watch --resume`"
        );
        self.record(&Event::LinkChanged { role, link: Link::Stopped { reason } });
        // The panic hook has given the terminal back to print its message.
        self.effects.push(Effect::RetakeTerminal);
    }

    /// Asks for the service at once where stage 1 may have begun: that shows only once the service is known to run, which
    /// must not wait for its poll.
    fn ask_for_service(&mut self) {
        let wanted = self.run().wants_service_reading();
        if wanted && !self.asked_for_service {
            self.send(Role::Dr, Request::AskNow);
        }
        self.asked_for_service = wanted;
    }

    fn output_failed(&mut self, reason: &str) {
        self.transcript = None;
        self.warn(format!(
            "standard output takes no more ({reason}); the run is recorded all the same, `drwatch view {}` shows it",
            self.recorder.folder().id()
        ));
    }
}
