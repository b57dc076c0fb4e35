//! The whole loop in one process, on injected time: what happens to the watch itself.

mod clock_steps;
mod durability;
pub(crate) mod hostile;
mod service_start;
mod stated_test;
mod swarm;

use std::path::Path;

use chrono::{TimeZone as _, Utc};

use super::{
    control::{ActionRequest, RequestRefused},
    event::{LoopEvent, StatusMessage},
    event_loop::EventLoop,
    record::recorder::Recorder,
    setup::Display,
    state::{Session, Witness},
};
use crate::{
    clock::Clock,
    commands::simulated::demo::{DemoOptions, demo_session},
    run::{Arrival, Ending, Event, PairIdentities, Run, Timestamp},
    screen::Intent,
};

/// 2026-09-13 16:00:00 UTC.
fn start() -> Timestamp {
    Timestamp::new(Utc.with_ymd_and_hms(2026, 9, 13, 16, 0, 0).unwrap())
}

/// The loop over a scenario recorded in `runs`; our clock, and that of the appliances.
fn event_loop(runs: &Path, scenario: &str, clock: Clock, appliances: Clock) -> EventLoop {
    let options = DemoOptions {
        scenario: scenario.to_owned(),
        seed: 1,
        display: Display::Lines,
        runs_dir: Some(runs.to_owned()),
        settings: crate::settings::Settings::default(),
        test: crate::session::state::StatedTest::default(),
    };
    demo_session(&options, clock, appliances).unwrap()
}

/// What tests do to the session in the middle of the loop; its effects are carried out at once.
impl EventLoop {
    /// Shows nothing and lets `witness` see each record instead.
    pub(crate) fn with_witness(mut self, witness: Witness) -> Self {
        self.show_nothing();
        self.session.watch_by(witness);
        self
    }

    pub(crate) fn run(&self) -> &Run {
        self.session.run()
    }

    pub(crate) fn recorder(&self) -> &Recorder {
        &self.session.recorder
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.session.now()
    }

    pub(crate) fn user(&self) -> String {
        self.session.user()
    }

    pub(crate) fn present_pair(&self) -> PairIdentities {
        self.session.run().present_pair()
    }

    pub(crate) fn end(&mut self, ending: Ending) {
        self.session.end(ending);
    }

    pub(crate) fn record(&mut self, event: &Event) {
        self.update(|session| session.record(event));
    }

    pub(crate) fn act(&mut self, wish: ActionRequest) -> Result<(), RequestRefused> {
        self.update(|session| session.act(wish))
    }

    pub(crate) fn confirm_pair(
        &mut self,
        pair: &PairIdentities,
        reason: Option<String>,
        typed: Option<String>,
    ) -> Result<(), RequestRefused> {
        self.update(|session| session.confirm_pair(pair, reason, typed))
    }

    pub(crate) fn carry_out_intent(&mut self, intent: Intent) -> Option<StatusMessage> {
        self.update(|session| session.carry_out(intent))
    }

    pub(crate) fn take_log(&mut self, bytes: &[u8], arrival: Arrival) {
        self.update(|session| session.take_log(bytes, arrival, |_| true));
    }

    pub(crate) fn cut_log(&mut self) {
        self.update(Session::cut_log);
    }

    pub(crate) fn note_absence(&mut self) {
        self.handle(LoopEvent::Woke);
    }
}
