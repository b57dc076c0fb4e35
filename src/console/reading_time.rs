//! How long messages stay: seconds of the engineer's time. That of a demo or a replay may run a thousand times as fast.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    run::{Run, Timestamp},
    screen::View,
};

const MESSAGE_DURATION: Duration = Duration::from_secs(8);

/// How long the outcome of an action is shown.
const OUTCOME_DURATION: Duration = Duration::from_secs(12);

#[derive(Debug, Default)]
pub(super) struct ReadingTime {
    /// The time on the message shown, and since when it is shown.
    message: Option<(Timestamp, Instant)>,
    /// When the last action was settled, and since when its outcome is shown; `None`: not at all, as it was settled
    /// before this run was.
    outcome: Option<(Timestamp, Option<Instant>)>,
    /// Whether this run has been shown before.
    was_shown: bool,
}

impl ReadingTime {
    /// A key was pressed: what is shown from now on has its whole time.
    pub(super) fn restart(&mut self) {
        self.message = None;
    }

    /// Another run is shown from now on: its last outcome is old, and the message is that of another view.
    pub(super) fn change_run(&mut self) {
        *self = Self::default();
    }

    /// Keeps in `view` what there was no time to read yet, and takes out the rest.
    pub(super) fn pass(&mut self, view: &mut View, run: &Run, now: Timestamp) {
        self.message = view.message.as_ref().map(|message| {
            self.message.filter(|(at, _)| *at == message.at).unwrap_or((message.at, Instant::now()))
        });
        if let Some((at, since)) = &mut self.message {
            if since.elapsed() < MESSAGE_DURATION {
                view.keep_message(now);
                *at = now;
            } else {
                view.end_message();
            }
        }
        let settled = run.actions.last().and_then(|action| action.settled_at);
        let known = self.outcome.filter(|(at, _)| Some(*at) == settled);
        let since = std::mem::replace(&mut self.was_shown, true).then(Instant::now);
        self.outcome = known.or(settled.map(|at| (at, since)));
        let is_fresh = |(_, since): &(Timestamp, Option<Instant>)| {
            since.is_some_and(|since| since.elapsed() < OUTCOME_DURATION)
        };
        view.fresh_outcome = self.outcome.filter(is_fresh).map(|(at, _)| at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        console::headless::tests::run,
        run::{ActionId, ActionKind, ActionPlan, ActionState, Certainty, Elapsed, Event, Record, apply},
        screen::MessageKind,
    };

    fn start() -> Timestamp {
        Timestamp::new(chrono::DateTime::UNIX_EPOCH)
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_stays_for_seconds_of_the_reader_however_fast_the_run_goes() {
        let run = run(start());
        let (mut reading, mut view) = (ReadingTime::default(), View::default());
        let mut now = run.last_at;
        view.notify("pause confirmed", MessageKind::Good, now);
        for second in 0..20 {
            reading.pass(&mut view, &run, now);
            assert_eq!(view.message.is_some(), second < 8, "second {second}");
            assert!(view.message.iter().all(|message| message.is_due(now)), "second {second}");
            tokio::time::advance(Duration::from_secs(1)).await;
            now = now + Elapsed::from_secs(60);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_that_follows_another_has_its_whole_time() {
        let run = run(start());
        let (mut reading, mut view) = (ReadingTime::default(), View::default());
        let now = run.last_at;
        view.notify("one", MessageKind::Good, now);
        reading.pass(&mut view, &run, now);
        tokio::time::advance(Duration::from_secs(7)).await;
        view.notify("two", MessageKind::Good, now + Elapsed::from_secs(7));
        reading.pass(&mut view, &run, now + Elapsed::from_secs(8));
        tokio::time::advance(Duration::from_secs(7)).await;
        reading.pass(&mut view, &run, now + Elapsed::from_secs(900));
        assert!(view.message.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_that_waits_for_a_key_stays() {
        let run = run(start());
        let (mut reading, mut view) = (ReadingTime::default(), View::default());
        view.notify_until_key("the operator plays", run.last_at);
        for _ in 0..3 {
            reading.pass(&mut view, &run, run.last_at);
            tokio::time::advance(Duration::from_mins(1)).await;
        }
        assert!(view.message.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn an_outcome_from_before_the_run_was_shown_is_no_news() {
        let mut run = run(start());
        let settle = |run: &mut Run, seconds: u64| {
            let plan =
                ActionPlan { action: ActionKind::Pause, lines: Vec::new(), certainty: Certainty::Documented };
            let (id, user) = (ActionId(u32::try_from(seconds).unwrap()), String::new());
            let requested = Event::ActionRequested {
                id,
                plan,
                user,
                r#override: None,
                typed: None,
                consent: None,
                agreed: None,
            };
            for event in [requested, Event::ActionSettled { id, state: ActionState::Confirmed }] {
                let at = start() + Elapsed::from_secs(seconds);
                apply(run, &Record { seq: run.last.next(), at, event });
            }
        };
        settle(&mut run, 10);
        let (mut reading, mut view) = (ReadingTime::default(), View::default());
        let now = start() + Elapsed::from_secs(900);
        reading.pass(&mut view, &run, now);
        assert_eq!(view.fresh_outcome, None, "it was settled before");
        settle(&mut run, 900);
        reading.pass(&mut view, &run, now);
        assert!(view.fresh_outcome.is_some());
        // Looking back and forth between two runs makes nothing fresh.
        reading.change_run();
        reading.pass(&mut view, &run, now);
        assert_eq!(view.fresh_outcome, None);
    }
}
