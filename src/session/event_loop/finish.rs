//! The end of the loop: the log is looked at once more, the sources are closed, the record after them, and the closing text
//! comes last.

use std::time::Duration;

use futures_util::future::join_all;

use super::{EventLoop, draw};
use crate::{
    console::output::say_on_error,
    run::Run,
    session::{
        event::LoopEvent,
        signals::{Signals, record_is_closed},
        state::Session,
    },
};

/// How long appliances are given to close: the last look at the log, and an action under way.
// The last look at the log alone may take three seconds.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

impl EventLoop {
    pub(super) async fn finish(mut self, signals: &mut Signals) -> (Run, std::io::Result<()>) {
        // The last frame is one of the present, and `finish` below draws it by the view of the present.
        self.return_to_live();
        self.show_message("Ending: the log is looked at once more.".to_owned());
        // Whatever the pace of frames: nothing else is drawn for a while.
        if let Some(screen) = self.front.screen() {
            draw(&self.session, screen);
        }
        self.close_sources(signals).await;
        // The sources are closed, but what they sent last may still be in the queue.
        while let Ok(observation) = self.sources.observations.try_recv() {
            self.handle(LoopEvent::Observed(observation));
        }
        let report = self.update(Session::close);
        debug_assert!(
            self.session.recorder.replays_equal(),
            "the journal, replayed, gives another run than was watched"
        );
        // Before the closing text: a reader that takes nothing must not keep the run locked.
        self.session.recorder.release();
        // From here on a second signal does not wait for the disk any more.
        record_is_closed();
        let Self { mut session, mut front, .. } = self;
        // Where the closing text is for programs, losses go to standard error.
        if !front.says_closing() {
            for loss in &report.losses {
                front.warn(loss.clone(), session.now());
            }
        }
        let said = front.finish(&report.summary, &report.text(&session));
        for reason in session.finish_notices().await {
            // A closed standard error is no reason to fail.
            drop(say_on_error(&reason));
        }
        (session.run().clone(), said)
    }

    /// Looks at the log once more and lets the appliances close, unless a further signal asks to end at once: dropping
    /// their tasks then ends every connection.
    async fn close_sources(&mut self, signals: &mut Signals) {
        let tasks = join_all(self.sources.appliance_tasks.drain(..).map(|task| task.close(CLOSE_TIMEOUT)));
        let log_reader = self.sources.log_reader.take();
        let closing = async {
            let log_reader = async {
                if let Some(log_reader) = log_reader {
                    log_reader.close(CLOSE_TIMEOUT).await;
                }
            };
            tokio::join!(tasks, log_reader)
        };
        tokio::pin!(closing);
        loop {
            // Cancel-safe: `closing` is polled by reference, so that an observation does not start it anew.
            tokio::select! {
                biased;
                _ = signals.next_ending() => return,
                Some(observation) = self.sources.observations.recv() => {
                    self.handle(LoopEvent::Observed(observation));
                }
                _ = &mut closing => return,
            }
        }
    }
}
