//! The turns of the loop, from the first to the last words: what wakes it, and how it ends.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;

use crate::{
    appliance::observation::Observation,
    console::front::Front,
    ingest::log_panel::MAX_WORK_BETWEEN_KEYS,
    run::{Ending, Run},
    session::signals::{Signalled, Signals, record_is_closed},
};

use super::{BATCH, BEAT, CLOSE_TIMEOUT, Hub};

impl Hub {
    /// Runs until the end; the run's summary is written and the front has said the last words.
    pub(crate) async fn run_to_end(mut self, mut signals: Signals) -> (Run, std::io::Result<()>) {
        let mut beat = tokio::time::interval(self.clock.real(BEAT).max(Duration::from_millis(50)));
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        while self.ending.is_none() {
            self.serve_front();
            self.turn(&mut beat, &mut signals).await;
            self.log_in_where_wanted(&mut signals).await;
        }
        self.finish(&mut signals).await
    }

    pub(crate) async fn turn(&mut self, beat: &mut tokio::time::Interval, signals: &mut Signals) {
        let frame = match &self.front {
            Some(Front::Screen(screen)) if self.dirty => Some(screen.until_next_frame()),
            _ => None,
        };
        // Taken out so that the arms below may borrow it beside the rest.
        let mut front = self.front.take();
        let keys = async {
            match &mut front {
                Some(Front::Screen(screen)) => screen.input().next().await,
                _ => std::future::pending().await,
            }
        };
        let woken = tokio::select! {
            biased;
            signal = signals.next() => LoopEvent::Signal(signal),
            key = keys => LoopEvent::Key(key),
            Some(observation) = self.observations.recv() => LoopEvent::Observed(observation),
            _ = beat.tick() => LoopEvent::Beat,
            () = wait(frame) => LoopEvent::Frame,
        };
        self.front = front;
        self.tell_of_absence();
        match woken {
            LoopEvent::Signal(Signalled::End(ending)) => self.end(ending),
            LoopEvent::Signal(Signalled::Stop) => self.stop(),
            LoopEvent::Signal(Signalled::GoneOn) => self.gone_on(),
            LoopEvent::Key(key) => self.key(key),
            LoopEvent::Observed(observation) => self.observe_batch(observation),
            LoopEvent::Frame => {}
            LoopEvent::Beat => self.beat(),
        }
    }

    /// Takes in what is there, but no longer than keys can wait.
    fn observe_batch(&mut self, first: Observation) {
        let begun = Instant::now();
        self.observe(first);
        for _ in 1..BATCH {
            if begun.elapsed() >= MAX_WORK_BETWEEN_KEYS {
                return;
            }
            match self.observations.try_recv() {
                Ok(observation) => self.observe(observation),
                Err(_) => return,
            }
        }
    }

    async fn finish(mut self, signals: &mut Signals) -> (Run, std::io::Result<()>) {
        let ending = self.ending.take().unwrap_or(Ending::Finished);
        self.tell_engineer("Ending: the log is looked at once more…".to_owned());
        self.draw_now();
        self.close_sources(signals).await;
        while let Ok(observation) = self.observations.try_recv() {
            self.observe(observation);
        }
        self.note_unread_end();
        self.look_at_unfinished(true);
        let last_words = self.close_record(ending);
        debug_assert!(
            self.recorder.replays_equal(),
            "the journal, replayed, gives another run than was watched"
        );
        // Nothing that is still to be said keeps the run from others.
        self.recorder.let_go();
        record_is_closed();
        let said = self.say_last_words(&last_words);
        (self.recorder.run().clone(), said)
    }

    /// Looks at the log once more and lets the appliances close, unless a further signal asks to end at once: dropping
    /// their tasks then ends every connection.
    async fn close_sources(&mut self, signals: &mut Signals) {
        let appliance_tasks = std::mem::take(&mut self.appliance_tasks);
        let appliance_tasks = join_all(appliance_tasks.into_iter().map(|task| task.close(CLOSE_TIMEOUT)));
        let log_reader = self.log_reader.take();
        let closing = async {
            let log_reader = async {
                if let Some(log_reader) = log_reader {
                    log_reader.close(CLOSE_TIMEOUT).await;
                }
            };
            tokio::join!(appliance_tasks, log_reader)
        };
        tokio::pin!(closing);
        loop {
            tokio::select! {
                biased;
                _ = signals.next_ending() => return,
                Some(observation) = self.observations.recv() => self.observe(observation),
                _ = &mut closing => return,
            }
        }
    }
}

enum LoopEvent {
    Signal(Signalled),
    Key(Option<crossterm::event::Event>),
    Observed(Observation),
    Beat,
    Frame,
}

async fn wait(until: Option<Duration>) {
    match until {
        Some(duration) => tokio::time::sleep(duration).await,
        None => std::future::pending().await,
    }
}
