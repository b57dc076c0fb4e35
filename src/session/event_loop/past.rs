//! Looking back while the watch goes on: the screen shows a moment of the record, and nothing else changes. Records,
//! automatic actions, notices and the bell go on as before.

use tokio::{sync::oneshot, time::Instant};

use super::{EventLoop, recording};
use crate::{
    console::pace::Redraw,
    run::Timestamp,
    screen::{AvailableActions, Intent, LiveMark, MessageKind, Mode},
    session::{
        event::LoopEvent,
        look_back::{OpenRecord, Past, ReadRecord, Shows},
    },
};

impl EventLoop {
    /// Lets the engineer look back, in records that `read` reads.
    pub(crate) fn with_past(self, read: ReadRecord) -> Self {
        Self { read_record: Some(read), ..self }
    }

    /// Begins to read the record, or gives that up.
    pub(super) fn look_back(&mut self, at: Option<Timestamp>) {
        if matches!(self.shows, Shows::Reading(..)) {
            self.shows = Shows::Present;
            self.show_message("the record is no longer read".to_owned());
            return;
        }
        let Some(read) = self.read_record else { return };
        let folder = self.session.recorder.folder().clone();
        let (sender, receiver) = oneshot::channel();
        // Beside the loop: the record of a day takes seconds to read.
        tokio::task::spawn_blocking(move || {
            let record = read(&folder, &|| !sender.is_closed()).map_err(|error| error.to_string());
            drop(sender.send(record));
        });
        self.shows = Shows::Reading(receiver, at);
        self.show_message("reading the record".to_owned());
    }

    pub(super) fn wake_past(&mut self, opened: Option<Result<OpenRecord, String>>) {
        if let Some(opened) = opened {
            self.open_past(opened);
        } else if self.front.screen().is_none() {
            // The terminal is gone, and with it the view of the past.
            self.shows = Shows::Present;
        }
    }

    fn open_past(&mut self, opened: Result<OpenRecord, String>) {
        let Shows::Reading(_, at) = std::mem::replace(&mut self.shows, Shows::Present) else { return };
        let (dialect, now) = (self.session.intake.parser.dialect(), self.session.now());
        let Some(screen) = self.front.screen() else { return };
        self.session.redraw.ask(Redraw::Soon);
        // What is asked or typed belongs to the present, and so does its answer.
        if screen.view().is_asking() {
            let text = "the record was not opened: an answer was being typed";
            screen.view().notify(text, MessageKind::Plain, now);
            return;
        }
        let opened = opened.and_then(|open| open(dialect, at).map_err(|error| error.to_string()));
        match opened {
            Ok(moment) => {
                let past = screen.view().beside();
                let present = screen.exchange(past, Mode::Past);
                let (mark, update_at) = (LiveMark::of(self.session.run()), Instant::now());
                self.shows = Shows::Past(Box::new(Past { moment, present, mark, update_at, reported: None }));
            }
            Err(reason) => {
                let text = format!("no look back, the record cannot be read: {reason}");
                screen.view().notify(text, MessageKind::Bad, now);
            }
        }
    }

    pub(super) fn return_to_live(&mut self) {
        let Shows::Past(past) = std::mem::replace(&mut self.shows, Shows::Present) else { return };
        let Some(screen) = self.front.screen() else { return };
        let (mut view, mode) = past.present;
        view.resume_from(screen.view());
        screen.exchange(view, mode);
        self.session.redraw.ask(Redraw::Soon);
    }

    /// Carries out what a key asks for in the past. Nothing of it reaches the session but the wish to quit, which is
    /// asked about in the present.
    pub(super) fn key_in_past(&mut self, event: Option<crossterm::event::Event>) {
        let Shows::Past(past) = &mut self.shows else { return };
        let Some(screen) = self.front.screen() else { return };
        let (none, recording) = (AvailableActions::default(), recording(&self.session));
        match screen.take(event, &past.shown(&none, &recording)) {
            Some(Intent::ReturnToLive | Intent::LookBack(_)) => self.return_to_live(),
            Some(Intent::Quit) => self.quit_from_past(),
            Some(Intent::Suspend) => self.suspend(),
            Some(Intent::Redraw) => screen.redraw(),
            Some(Intent::Play(play)) => {
                let answer = past.moment.steer(play);
                // Shown at once, and not at the moment at which the former one would have moved on.
                past.update_at = Instant::now();
                if let Some(answer) = answer {
                    screen.view().notify(answer, MessageKind::Plain, past.moment.now());
                }
            }
            // While the past is shown, the screen gives no other intents.
            Some(_) | None => {}
        }
    }

    fn quit_from_past(&mut self) {
        self.return_to_live();
        let (available, recording) = (self.session.available(), recording(&self.session));
        let Some(screen) = self.front.screen() else { return };
        let quit = screen.quit(&self.session.shown(&available, &recording));
        if let Some(intent) = quit {
            self.handle(LoopEvent::Intent(intent));
        }
    }

    /// Moves on with the moment shown, and draws it.
    pub(super) fn serve_past(&mut self) {
        let Shows::Past(past) = &mut self.shows else { return };
        let Some(screen) = self.front.screen() else { return };
        if past.update_at <= Instant::now() {
            let (has_changed, wait) = past.moment.update();
            self.session.redraw.ask_if(has_changed);
            past.update_at = Instant::now() + wait;
        }
        if past.moment.problem() != past.reported.as_deref() {
            past.reported = past.moment.problem().map(str::to_owned);
            if let Some(problem) = past.reported.clone() {
                screen.view().notify(problem, MessageKind::Bad, past.moment.now());
            }
        }
        self.session.redraw.ask_if(past.moment.page_log(screen));
        if !screen.may_draw(self.session.redraw) {
            return;
        }
        let view = screen.view();
        view.playback = Some(past.moment.status());
        view.past = Some(past.mark.news(self.session.run(), self.session.now()));
        if let Some(recorded) = past.moment.recorded() {
            view.list_events_of(recorded);
        }
        self.session.redraw =
            screen.draw(&past.shown(&AvailableActions::default(), &recording(&self.session)), Redraw::Soon);
    }
}
