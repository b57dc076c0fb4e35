//! The dialog before the bucket is listed again: it reads alone, but it can keep the primary busy for hours.

use crossterm::event::KeyEvent;

use super::{Body, Content, Facts, Intent, Reply, Sheet, Tone, answer};
use crate::text::{age, grouped};

const TITLE: &str = "List the bucket again";

#[derive(Clone, Debug)]
pub(super) struct Listing;

impl Content for Listing {
    fn undone(&self) -> Option<&'static str> {
        Some("nothing is sent")
    }

    fn acts(&self) -> bool {
        true
    }

    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        answer(key, facts.run.listing_since.is_none(), Intent::ListBucket)
    }

    fn obstacle(&self, facts: &Facts<'_>) -> Option<String> {
        facts.run.listing_since.map(|_| "The bucket is being listed already.".to_owned())
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        if let Some(since) = facts.run.listing_since {
            let age = age(facts.now.since(since));
            body.text(Tone::Text, &format!("The bucket is being listed already, for {age} by now."));
            return Sheet::new(TITLE, Tone::Attention, body).keys(&[("Enter", "close")]);
        }
        let last = facts.run.listing.as_ref().map_or_else(
            || "none".to_owned(),
            |last| {
                let entries = grouped(last.listing.counts.entries.0);
                let use_of_it = if last.provisional {
                    "before the pause, so it has to be repeated"
                } else {
                    "after the pause, so it need not be repeated"
                };
                format!("{entries} entries, {} ago: {use_of_it}", age(facts.now.since(last.at)))
            },
        );
        body.value("listed", Tone::Text, &last);
        body.blank();
        body.text(
            Tone::Text,
            "The primary lists every object of the bucket. Nothing is changed, but with many objects it takes hours.",
        );
        Sheet::new(TITLE, Tone::Attention, body).keys(&[("y", "list it"), ("Esc", "cancel")])
    }
}
