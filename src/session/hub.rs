//! The loop: one place where observations, keys, signals and time meet, one after the other.

mod closing;
mod keys;
mod log;
mod shown;
mod turns;

#[cfg(test)]
mod tests;

use std::time::Duration;

use tokio::sync::mpsc;

use crate::{
    appliance::{
        observation::Observation,
        supervisor::{Pace, Request},
    },
    clock::Clock,
    console::front::Front,
    ingest::{
        arrivals::Arrivals, holes::Holes, log_panel::LogPanel, log_parser::LogParser, log_source::LogReader,
    },
    run::{
        ActionKind, ActionPlan, Arrival, Cause, Elapsed, Ending, Event, Gap, Link, ListingCause, Phase, Role,
        Run, Timestamp, timer_events,
    },
    session::{
        appliance_task::{ApplianceTask, Plans},
        heartbeat::Heartbeat,
        notifier::Notifier,
    },
    settings::NoticeSettings,
};

use super::{
    automatic::{Automatic, Automation},
    preflight::Judged,
    recorder::{Appended, Recorder},
    script::Scripted,
};

/// Observations on their way to the loop; beyond it the sources wait.
pub(crate) const OBSERVATIONS: usize = 1024;

/// The clock is looked at this often: due edges, the log's stretch, the forcing to disk.
const BEAT: Duration = Duration::from_secs(1);

/// Observations taken in before the front is served again.
const BATCH: usize = 256;

/// How long appliances are given to close: the last look at the log, and an action under way.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// The last look at a followed log, before an orderly end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LastLook {
    NotMade,
    /// All that stands in the log was passed on.
    NothingMissing,
}

/// When a watch without a screen is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// The engineer quits.
    Quit,
    /// The namespace is restored, or the log's source has ended.
    Restored,
    /// The scenario's script is played to its end.
    ScriptEnd,
}

/// All that a watch consists of.
pub(crate) struct Hub {
    clock: Clock,
    user: String,
    pub(crate) recorder: Recorder,
    pub(crate) log_parser: LogParser,
    log_panel: LogPanel,
    arrivals: Arrivals,
    holes: Holes,
    appliance_tasks: Vec<ApplianceTask>,
    plans: Plans,
    observations: mpsc::Receiver<Observation>,
    automation: Automation,
    pub(crate) scripted: Option<Scripted>,
    until: Until,
    ending: Option<Ending>,
    log_reader: Option<LogReader>,
    last_look: LastLook,
    /// When log was last received that surely follows on what came before. A record of it may be much younger: it waits
    /// where the disk refuses.
    log_sure_at: Option<Timestamp>,
    asked_for_service: bool,
    pub(crate) login_wanted: bool,
    pub(crate) judged: Judged,
    notifier: Notifier,
    restored_at: Option<Timestamp>,
    pub(crate) heartbeat: Heartbeat,
    /// Why the record could not be written at the last look.
    trouble: Option<String>,
    pub(crate) dirty: bool,
    front: Option<Front>,
    #[cfg(test)]
    witness: Option<Witness>,
}

/// Sees every record with the run and the log as they are on the screen then.
#[cfg(test)]
pub(crate) type Witness = Box<dyn FnMut(&crate::run::Record, &Run, &crate::screen::Scrollback)>;

/// What a hub is made from.
pub(crate) struct Parts {
    pub(crate) clock: Clock,
    pub(crate) user: String,
    pub(crate) recorder: Recorder,
    pub(crate) first: Appended,
    pub(crate) log_parser: LogParser,
    pub(crate) appliance_tasks: Vec<ApplianceTask>,
    pub(crate) plans: Plans,
    pub(crate) observations: mpsc::Receiver<Observation>,
    pub(crate) scripted: Option<Scripted>,
    pub(crate) log_reader: Option<LogReader>,
    pub(crate) until: Until,
    pub(crate) notice: NoticeSettings,
    pub(crate) front: Front,
}

impl Hub {
    pub(crate) fn new(parts: Parts) -> Self {
        let notifier = Notifier::new(parts.notice, parts.recorder.run());
        let automation = Automation::going_on(parts.recorder.run());
        let log_panel = LogPanel::new(parts.recorder.folder().log_path(), parts.log_parser.dialect());
        let mut hub = Self {
            clock: parts.clock,
            user: parts.user,
            recorder: parts.recorder,
            log_parser: parts.log_parser,
            log_panel,
            arrivals: Arrivals::default(),
            holes: Holes::default(),
            appliance_tasks: parts.appliance_tasks,
            plans: parts.plans,
            observations: parts.observations,
            automation,
            scripted: parts.scripted,
            until: parts.until,
            ending: None,
            log_reader: parts.log_reader,
            last_look: LastLook::NotMade,
            log_sure_at: None,
            asked_for_service: false,
            login_wanted: false,
            judged: Judged::default(),
            notifier,
            restored_at: None,
            heartbeat: Heartbeat::default(),
            trouble: None,
            dirty: true,
            front: Some(parts.front),
            #[cfg(test)]
            witness: None,
        };
        hub.tell(&parts.first);
        hub
    }

    /// Shows nothing and lets `witness` see instead.
    #[cfg(test)]
    pub(crate) fn with_witness(mut self, witness: Witness) -> Self {
        self.front = None;
        self.witness = Some(witness);
        self
    }

    /// Whether the loop is to turn no more.
    #[cfg(test)]
    pub(crate) const fn is_ending(&self) -> bool {
        self.ending.is_some()
    }

    pub(crate) fn run(&self) -> &Run {
        self.recorder.run()
    }

    pub(crate) fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) const fn clock(&self) -> Clock {
        self.clock
    }

    pub(crate) fn user(&self) -> String {
        self.user.clone()
    }

    pub(crate) fn plan(&self, action: ActionKind) -> Option<ActionPlan> {
        self.plans.of(action).cloned()
    }

    /// What every action would send.
    pub(crate) fn plans(&self) -> Vec<ActionPlan> {
        self.plans.usual.clone()
    }

    /// Begins the last listing of the paused bucket, beside a resume that does not wait for it.
    pub(crate) fn list_beside_resume(&self) {
        if self.automation.lists_with_resume(self.run()) {
            self.ask(Role::Primary, Request::ListBucket(ListingCause::BeforeResume));
        }
    }

    /// Asks something of an appliance; false where there is none or it takes no more.
    pub(crate) fn ask(&self, role: Role, request: Request) -> bool {
        self.appliance_tasks.iter().find(|task| task.role() == role).is_some_and(|task| task.ask(request))
    }

    /// Records an event and all that follows from it by itself. The log taken in before it is on record
    /// before it, so that a replay shows the same lines beside it.
    pub(crate) fn record(&mut self, event: &Event) {
        self.record_at(self.clock.now(), event);
    }

    /// As [`Hub::record`], with the time already read.
    pub(crate) fn record_at(&mut self, now: Timestamp, event: &Event) {
        self.cut_log();
        self.record_as_is(now, event);
    }

    /// As [`Hub::record`], for what the log itself tells: its lines go on record behind it, so that they
    /// are read again if this process ends in between.
    fn record_as_is(&mut self, now: Timestamp, event: &Event) {
        let made = self.recorder.record(now, event);
        self.after(&made);
    }

    /// As [`Hub::record`], but true only when the record is on disk.
    pub(crate) fn record_durably(&mut self, event: &Event) -> bool {
        self.cut_log();
        match self.recorder.record_durably(self.clock.now(), event) {
            Some(made) => {
                self.after(&made);
                true
            }
            None => false,
        }
    }

    pub(crate) fn after(&mut self, made: &Appended) {
        if matches!(made.record.event, Event::RunContinued { .. }) {
            self.log_parser.was_away(made.record.at);
        }
        self.tell(made);
        if self.notifier.tell(self.recorder.run(), made.record.at)
            && let Some(Front::Screen(screen)) = &mut self.front
        {
            screen.ring();
        }
        for automatic in self.automation.after(self.recorder.run()) {
            match automatic {
                Automatic::List(cause) => self.list_bucket(cause),
                Automatic::SearchLog => {
                    self.ask(Role::Dr, Request::SearchLog);
                }
                Automatic::SlowDown => {
                    self.ask(Role::Dr, Request::Pace(Pace::Slow));
                }
                Automatic::RecordPreflight => self.record_preflight(),
                Automatic::Export => {
                    // A full disk shows as a hole in the record; there is nobody to tell twice.
                    drop(self.export(Cause::Automatic));
                }
            }
        }
    }

    fn tell(&mut self, made: &Appended) {
        self.dirty = true;
        self.show_in_log(made);
        #[cfg(test)]
        if let Some(witness) = &mut self.witness {
            witness(&made.record, self.recorder.run(), self.log_panel.rows());
        }
        let run = self.recorder.run();
        let told = self.front.as_mut().map(|front| front.noticed(&made.record, &made.line, run));
        if let Some(Err(error)) = told {
            self.output_failed(error);
        }
    }

    pub(crate) fn login_of(
        &self,
        role: Role,
    ) -> Option<std::sync::Arc<crate::session::connect::PreconnectedTransport>> {
        self.appliance_tasks.iter().find(|task| task.role() == role)?.login()
    }

    pub(crate) async fn next_observation(&mut self) -> Option<Observation> {
        self.observations.recv().await
    }

    /// Takes in what was seen while the loop itself waits for something.
    pub(crate) fn take_in(&mut self, observation: Observation) {
        self.observe(observation);
    }

    /// Tries every appliance again at once that is not connected; how many these are. What goes over a
    /// connection that stands, such as a listing of hours, is not to be lost for the sake of another.
    pub(crate) fn reconnect(&self) -> usize {
        let is_down = |task: &&ApplianceTask| self.run().appliance(task.role()).link != Link::Connected;
        self.appliance_tasks.iter().filter(is_down).filter(|task| task.ask(Request::Reconnect)).count()
    }

    pub(crate) fn list_bucket(&mut self, cause: ListingCause) {
        self.ask(Role::Primary, Request::ListBucket(cause));
    }

    /// Ends the watch at the next turn of the loop.
    pub(crate) fn end(&mut self, ending: Ending) {
        self.ending.get_or_insert(ending);
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
            Observation::LogReadToEnd => self.last_look = LastLook::NothingMissing,
        }
    }

    fn beat(&mut self) {
        let now = self.clock.now();
        if let Some(Front::Screen(screen)) = &mut self.front {
            screen.look_for_terminal();
        }
        for made in self.recorder.beat(now) {
            self.after(&made);
        }
        self.tell_of_trouble();
        self.look_after_stations();
        self.look_at_unfinished(false);
        for edge in timer_events(self.recorder.run(), now) {
            self.record(&Event::Due(edge));
        }
        self.ask_for_service();
        self.judge_preflight(now);
        for reason in self.notifier.failures() {
            self.complain(reason, now);
        }
        self.play(now);
        self.check_end(now);
        self.dirty = true;
    }

    /// What nobody talks to any more must not look alive.
    fn look_after_stations(&mut self) {
        let failed: Vec<Role> = self
            .appliance_tasks
            .iter_mut()
            .filter_map(|task| task.has_failed().then_some(task.role()))
            .collect();
        for role in failed {
            let reason = format!(
                "drwatch itself has failed while talking to the {role}, and sees no more of it; quit, and go on in the \
                 same record with `drwatch watch --resume`"
            );
            self.record(&Event::LinkChanged { role, link: Link::Stopped { reason } });
            // The terminal was given back for the words of the failure.
            self.gone_on();
        }
    }

    /// Stage 1 can be seen to have begun only once the service is known to run: that must not wait
    /// for its turn.
    fn ask_for_service(&mut self) {
        let wanted = self.run().wants_service_reading();
        if wanted && !self.asked_for_service {
            self.ask(Role::Dr, Request::AskNow);
        }
        self.asked_for_service = wanted;
    }

    fn check_end(&mut self, now: Timestamp) {
        let over = match self.until {
            Until::Quit => false,
            Until::Restored => self.run().phases.current >= Phase::InUse || self.log_is_read(),
            Until::ScriptEnd => self.script_is_over(),
        };
        if !over {
            return;
        }
        // The answers still under way belong to the record.
        let since = *self.restored_at.get_or_insert(now);
        if now.since(since) >= Elapsed::from_secs(2) || self.until == Until::ScriptEnd {
            self.end(Ending::Finished);
        }
    }

    /// Whether the log came from something that has an end, and all of it was taken in.
    fn log_is_read(&mut self) -> bool {
        let ended = self.log_reader.as_mut().is_some_and(LogReader::has_ended);
        ended && self.observations.is_empty()
    }

    fn script_is_over(&self) -> bool {
        let settled = self.run().actions.iter().all(|action| action.state.is_settled());
        settled && self.scripted.as_ref().is_none_or(Scripted::is_over)
    }
}
