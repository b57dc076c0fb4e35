//! The question before the last counter reading becomes the baseline.

use crossterm::event::KeyEvent;

use crate::{
    screen::dialogs::{Body, Content, Facts, Intent, Reply, Sheet, Tone, answer},
    text::{age, grouped, time_of_day},
};

const NOT_READ: &str = "The GET counter has not been read yet: there is nothing to count from.";
const COUNTED: &str =
    "The baseline was read in time and stage 1 has begun: another would lose what was counted.";

#[derive(Clone, Debug)]
pub(crate) struct Baseline;

impl Content for Baseline {
    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        answer(key, facts.run.may_choose_baseline(), Intent::TakeBaseline)
    }

    fn obstacle(&self, facts: &Facts<'_>) -> Option<String> {
        let is_read = facts.run.download.counter.is_some();
        let reason = if is_read { COUNTED } else { NOT_READ };
        (!is_read || !facts.run.may_choose_baseline()).then(|| reason.to_owned())
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        const TITLE: &str = "Baseline now";
        let download = &facts.run.download;
        let Some((value, at, _)) = download.counter else {
            body.text(Tone::Text, NOT_READ);
            return Sheet::new(TITLE, Tone::Attention, body);
        };
        let ago = age(facts.now.since(at));
        body.value("counter", Tone::Strong, &format!("{}, read {ago} ago", grouped(value.0)));
        let present = download.baseline.as_ref().map_or_else(
            || "none".to_owned(),
            |baseline| format!("{}, at {}", grouped(baseline.value.0), time_of_day(baseline.at)),
        );
        body.value("baseline", Tone::Text, &present);
        body.blank();
        if !facts.run.may_choose_baseline() {
            body.text(Tone::Text, COUNTED);
            return Sheet::new(TITLE, Tone::Attention, body);
        }
        if download.baseline.is_some() {
            body.warning("Downloads will be counted from the counter as it is now: what was counted so far no longer counts.");
        }
        Sheet::new(TITLE, Tone::Attention, body).keys(&[("y", "make it the baseline"), ("Esc", "cancel")])
    }
}
