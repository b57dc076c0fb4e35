//! The session: all that a watch knows and decides. It handles one event after the other and answers with effects. It
//! never waits, and owns neither the terminal nor a connection. Recording is in this file; what each kind of event
//! leads to is in the files beside it.

mod actions;
mod ending;
mod handle;
mod intake;
mod intents;
mod log;
mod next_commands;
mod repair;
mod shown;
mod stated_test;

use crate::{
    appliance::supervisor::Request,
    clock::Clock,
    console::{headless::Transcript, pace::Redraw},
    ingest::{arrivals::Arrivals, log_panel::LogPanel, log_parser::LogParser},
    run::{Cause, Ending, Event, JournalHead, ListingCause, Role, Run, Timestamp},
    screen::DEMO_OPERATOR,
    settings::NoticeSettings,
};

use self::{ending::Closing, intake::LogIntake};
use super::{
    automatic::{Automatic, Automation},
    control::Control,
    event::Effect,
    notices::notifier::Notifier,
    notices::outbox::Outbox,
    record::heartbeat::Heartbeat,
    record::recorder::{Appended, Recorder},
};

pub(crate) use self::{ending::Until, next_commands::RepeatedOptions, stated_test::StatedTest};

pub(crate) struct Session {
    clock: Clock,
    heartbeat: Heartbeat,
    pub(crate) recorder: Recorder,
    pub(crate) intake: LogIntake,
    log_panel: LogPanel,
    arrivals: Arrivals,
    control: Control,
    automation: Automation,
    notifier: Notifier,
    closing: Closing,
    outbox: Outbox,
    pub(crate) redraw: Redraw,
    pub(crate) repeated: RepeatedOptions,
    /// Whether the operator of a demo acts, and not the engineer.
    is_operated: bool,
    /// The appliances that the engineer had tried again, and whose answer he waits for.
    tried_again: Vec<Role>,
    #[cfg(test)]
    witness: Option<Witness>,
}

/// Sees every record with the run and the log as they are on the screen then.
#[cfg(test)]
pub(crate) type Witness = Box<dyn FnMut(&crate::run::Record, &Run, &crate::screen::Scrollback)>;

pub(crate) struct Parts {
    pub(crate) clock: Clock,
    pub(crate) recorder: Recorder,
    pub(crate) first: Appended,
    pub(crate) log_parser: LogParser,
    pub(crate) control: Control,
    pub(crate) until: Until,
    pub(crate) notice: NoticeSettings,
    pub(crate) transcript: Option<Transcript>,
}

impl Session {
    pub(crate) fn new(parts: Parts) -> Self {
        let log_path = parts.recorder.folder().log_path();
        let mut session = Self {
            clock: parts.clock,
            heartbeat: Heartbeat::default(),
            log_panel: LogPanel::new(log_path, parts.log_parser.dialect()),
            arrivals: Arrivals::default(),
            automation: Automation::going_on(parts.recorder.run()),
            notifier: Notifier::new(parts.notice, parts.recorder.run()),
            recorder: parts.recorder,
            intake: LogIntake::new(parts.log_parser),
            control: parts.control,
            closing: Closing::new(parts.until),
            outbox: Outbox::new(parts.transcript),
            redraw: Redraw::Soon,
            repeated: RepeatedOptions::default(),
            is_operated: false,
            tried_again: Vec::new(),
            #[cfg(test)]
            witness: None,
        };
        // Recorded before there was a session to show it.
        session.show(&parts.first);
        session.notifier.begin(session.recorder.run(), parts.first.record.at);
        session.send_start_if_due(parts.first.record.at);
        session
    }

    /// Prints nothing and lets `witness` see each record instead.
    #[cfg(test)]
    pub(crate) fn watch_by(&mut self, witness: Witness) {
        self.outbox.stop_printing();
        self.witness = Some(witness);
    }

    pub(crate) fn run(&self) -> &Run {
        self.recorder.run()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) const fn clock(&self) -> Clock {
        self.clock
    }

    /// Who is on record for what is done now.
    pub(crate) fn user(&self) -> String {
        if self.is_operated { DEMO_OPERATOR.to_owned() } else { self.control.user() }
    }

    pub(crate) const fn is_ending(&self) -> bool {
        self.closing.is_ending()
    }

    /// Ends the watch at the next turn of the loop; the first reason counts.
    pub(crate) fn end(&mut self, ending: Ending) {
        self.closing.end(ending);
    }

    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        self.outbox.take()
    }

    /// Records an event, and all that follows from it by itself.
    pub(crate) fn record(&mut self, event: &Event) {
        self.append(self.clock.now(), event);
        self.follow_up();
    }

    /// As [`Self::record`], but true only when the record is forced to disk; otherwise nothing is recorded.
    fn record_durably(&mut self, event: &Event) -> bool {
        // The log taken in before an event is on record before it, as in `append`.
        self.cut_log();
        let made = self.recorder.record_durably(self.clock.now(), event);
        made.is_some_and(|made| {
            self.after(&made);
            true
        })
    }

    /// Records an event that a line of the log gives, in front of the chunk that cites the line: where this process
    /// ends in between, the line is on disk without a citation, and is read again when the run is continued.
    fn record_of_log(&mut self, now: Timestamp, event: &Event) {
        let made = self.recorder.record(now, event);
        self.after(&made);
    }

    /// Records an event. The log taken in before it is cut into a chunk first, so that a replay shows the same lines
    /// beside the event.
    fn append(&mut self, now: Timestamp, event: &Event) {
        if let Some(chunk) = self.recorder.cut(now) {
            self.publish(&chunk);
        }
        let made = self.recorder.record(now, event);
        self.publish(&made);
    }

    pub(crate) fn cut_log(&mut self) {
        if let Some(made) = self.recorder.cut(self.clock.now()) {
            self.after(&made);
        }
    }

    /// Shows what was recorded, and carries out what follows from it.
    fn after(&mut self, made: &Appended) {
        self.publish(made);
        self.follow_up();
    }

    /// Shows what was recorded and notes what follows from it. The record is in the journal and applied already:
    /// nothing is shown or printed that a crash could take back.
    fn publish(&mut self, made: &Appended) {
        if matches!(made.record.event, Event::RunContinued { .. }) {
            // Lines that waited meanwhile arrive at once, long after their stamps.
            self.intake.parser.was_away(made.record.at);
        }
        self.show(made);
        self.answer_reconnect(&made.record.event);
        let notices = self.notifier.due(self.recorder.run(), made.record.at);
        if !notices.is_empty() && self.notifier.rings() {
            self.outbox.push(Effect::Ring);
        }
        if notices.is_empty() {
            self.send_start_if_due(made.record.at);
        } else if self.notifier.has_command() {
            self.send_start();
            let head = self.forced_head();
            self.notifier.send(&notices, &head);
        }
        // Only noted here: what follows is carried out in `follow_up`, or a record made meanwhile would
        // be shown before this one.
        self.automation.follow(self.recorder.run());
    }

    /// Sends that the watch has begun, once it is known whether that is a rehearsal.
    fn send_start_if_due(&mut self, now: Timestamp) {
        if self.notifier.is_start_due(self.recorder.run(), now) {
            self.send_start();
        }
    }

    /// Sends that the watch has begun, where that waits to be sent.
    fn send_start(&mut self) {
        if self.notifier.has_start() {
            let head = self.forced_head();
            self.notifier.send_start(self.recorder.run(), &head);
        }
    }

    /// The end of the record, forced to disk: a head that is sent away must not be lost with the machine.
    fn forced_head(&mut self) -> JournalHead {
        self.recorder.sync();
        self.recorder.head()
    }

    /// Records which heads the notice command took, and warns where it failed.
    fn take_notice_results(&mut self) {
        for result in self.notifier.results() {
            match result {
                Ok(taken) => self.record(&taken),
                Err(reason) => self.outbox.warn(reason),
            }
        }
    }

    /// Waits for the notices of the end; why one was not given.
    pub(crate) async fn finish_notices(&mut self) -> Vec<String> {
        self.notifier.wait_for_commands().await
    }

    fn show(&mut self, made: &Appended) {
        let is_log = matches!(made.record.event, Event::LogChunk { .. });
        self.redraw.ask(if is_log { Redraw::Log } else { Redraw::Soon });
        self.show_in_log(made);
        #[cfg(test)]
        if let Some(witness) = &mut self.witness {
            witness(&made.record, self.recorder.run(), self.log_panel.rows());
        }
        self.outbox.print(made, self.recorder.run());
    }

    /// Carries out what follows from the records made, until nothing is left. What is recorded meanwhile adds to the
    /// end of the queue, so that recording never calls itself.
    fn follow_up(&mut self) {
        while let Some(automatic) = self.automation.next() {
            match automatic {
                Automatic::List(cause) => self.list_bucket(cause),
                Automatic::SearchLog => self.outbox.send(Role::Dr, Request::SearchLog),
                Automatic::SetPace(pace) => self.outbox.send(Role::Dr, Request::Pace(pace)),
                Automatic::RecordPreflight => self.append_preflight(),
                Automatic::FreezeTestSheet => self.freeze_test_sheet(),
                // A failure is not reported: a full disk is a hole in the record already.
                Automatic::Export => drop(self.append_export(Cause::Automatic)),
            }
        }
    }

    fn list_bucket(&mut self, cause: ListingCause) {
        self.outbox.send(Role::Primary, Request::ListBucket(cause));
    }

    fn append_preflight(&mut self) {
        if let Some(event) = self.automation.preflight.settled_event() {
            self.append(self.clock.now(), &event);
        }
    }
}
