//! The screen of a watch before there is a record: it stands while `ssh` logs in and the record is created.

use std::time::Duration;

use crate::{
    appliance::{
        ssh::SshTransport,
        transport::{ConnectError, Connection, Transport as _},
    },
    clock::Clock,
    console::{
        front::Front,
        pace::Redraw,
        screen_front::{ScreenFront, Shown},
    },
    run::{Record, Role, Run, RunId, RunSettings, Sequence, Timestamp},
    screen::{AvailableActions, Intent, MessageKind, RecordingState, Scrollback},
    session::{
        appliances::connect::needs_person,
        setup::{Display, Failure, Names, started},
        signals::{Signalled, Signals},
    },
};

/// How often the clock on the screen moves.
const CLOCK_INTERVAL: Duration = Duration::from_secs(1);

/// What waits for the first connections: the process, and the screen where there is one.
pub(crate) struct FirstContact {
    signals: Signals,
    clock: Clock,
    screen: Option<Opening>,
}

/// A screen with the run on it, which is not on record yet.
pub(crate) struct Opening {
    screen: Box<ScreenFront>,
    run: Run,
}

impl FirstContact {
    /// Without a screen: it comes later, or not at all.
    pub(crate) const fn plain(signals: Signals, clock: Clock) -> Self {
        Self { signals, clock, screen: None }
    }

    pub(crate) const fn shown(signals: Signals, clock: Clock, screen: Option<Opening>) -> Self {
        Self { signals, clock, screen }
    }

    /// The front of the watch that begins now, where it was shown already.
    pub(crate) fn into_parts(self) -> (Signals, Option<Front>) {
        let front = self.screen.map(|Opening { mut screen, .. }| {
            // What was being waited for is over.
            screen.view().message = None;
            Front::Screen(screen)
        });
        (self.signals, front)
    }

    /// Connects; where ssh needs a person and there is one, it asks in the terminal.
    ///
    /// # Errors
    /// [`Failure::Interrupted`] where a signal or the engineer ends it meanwhile.
    pub(crate) async fn connect(
        &mut self,
        transport: &SshTransport,
        role: Role,
        display: Display,
    ) -> Result<Result<Box<dyn Connection>, ConnectError>, Failure> {
        if let Some(Opening { screen, .. }) = &mut self.screen {
            screen.view().notify_until_key(format!("connecting to the {role}"), self.clock.now());
        }
        let connected = self.wait_for(transport.connect()).await?;
        if !needs_person(&connected, display) {
            return Ok(connected);
        }
        match self.log_in(transport).await? {
            Ok(()) => self.wait_for(transport.connect()).await,
            Err(error) => Ok(Err(error)),
        }
    }

    /// Leaves the terminal to `ssh`, which asks there.
    async fn log_in(&mut self, transport: &SshTransport) -> Result<Result<(), ConnectError>, Failure> {
        if let Some(Opening { screen, .. }) = &mut self.screen {
            screen.lend().await;
        }
        let asked = tokio::select! {
            biased;
            name = self.signals.next_ending_without_screen() => return Err(Failure::Interrupted(name)),
            asked = transport.login_in_terminal() => asked,
        };
        if let Some(Opening { screen, .. }) = &mut self.screen {
            screen.take_back();
        }
        Ok(asked)
    }

    /// Waits for `work`, while the screen answers keys and signals.
    pub(crate) async fn wait_for<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Failure> {
        let Some(Opening { screen, run }) = &mut self.screen else {
            return tokio::select! {
                biased;
                name = self.signals.next_ending_without_screen() => Err(Failure::Interrupted(name)),
                done = work => Ok(done),
            };
        };
        tokio::pin!(work);
        loop {
            // After a frame, the next look is when the clock on the screen moves.
            let wait =
                if show(screen, run, &self.clock) { None } else { screen.until_next_frame(Redraw::Soon) };
            if screen.has_lost_its_terminal() {
                return Err(Failure::Interrupted("SIGHUP"));
            }
            // Cancel-safe: a signal and a key stay in their queues, and `work` is polled by reference.
            tokio::select! {
                biased;
                signal = self.signals.next() => match signal {
                    Signalled::End(name) => return Err(Failure::Interrupted(name)),
                    Signalled::Stop => screen.go_to_background(),
                    Signalled::GoneOn => screen.take_again(),
                },
                key = screen.input().next() => {
                    let (available, log) = (AvailableActions::default(), Scrollback::default());
                    match screen.take(key, &shown(run, &available, &log, &self.clock)) {
                        Some(Intent::Quit) => return Err(Failure::Interrupted("SIGINT")),
                        Some(Intent::Suspend) => screen.go_to_background(),
                        Some(Intent::Redraw) => screen.redraw(),
                        Some(_) => {
                            let text = "not yet: the watch begins once the appliances are reached".to_owned();
                            screen.view().notify(text, MessageKind::Plain, self.clock.now());
                        }
                        None => {}
                    }
                }
                done = &mut work => return Ok(done),
                () = tokio::time::sleep(wait.unwrap_or(CLOCK_INTERVAL)) => {}
            }
        }
    }
}

/// Shows a run that begins, before anything else is done for it.
pub(crate) fn first_frame(mut screen: Box<ScreenFront>, run: Run, clock: &Clock) -> Opening {
    show(&mut screen, &run, clock);
    Opening { screen, run }
}

/// Shows a run of which nothing is recorded by this process yet; whether a frame was due.
pub(crate) fn show(screen: &mut ScreenFront, run: &Run, clock: &Clock) -> bool {
    let is_due = screen.may_draw(Redraw::Soon);
    if is_due {
        screen.draw(&shown(run, &AvailableActions::default(), &Scrollback::default(), clock), Redraw::Soon);
    }
    is_due
}

/// The run that begins `at` that time, before it is on record and has a folder that names it; `None` where it begins none.
pub(crate) fn run_to_be(
    names: Names,
    settings: &RunSettings,
    dialect_digest: String,
    read_only: bool,
    at: Timestamp,
) -> Option<Run> {
    let event = started(&RunId(String::new()), settings, dialect_digest, names, read_only);
    Run::start(&Record { seq: Sequence(0), at, event }).ok()
}

fn shown<'a>(run: &'a Run, available: &'a AvailableActions, log: &'a Scrollback, clock: &Clock) -> Shown<'a> {
    Shown { run, log, available, recording: &RecordingState::Starting, now: clock.now() }
}
