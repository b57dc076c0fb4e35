//! The dialog before the bucket is listed again: it reads alone, but it can keep the primary busy for hours.

use crossterm::event::{KeyCode, KeyEvent};

use super::{
    reply::Reply,
    sheet::{Body, Sheet},
};
use crate::{
    screen::{facts::Facts, keys::Intent, paint::Tone},
    text::{age, grouped},
};

const TITLE: &str = "List the bucket again";

pub(super) fn key(key: KeyEvent, facts: &Facts<'_>) -> Reply {
    match key.code {
        KeyCode::Char('y' | 'Y') if facts.run.listing_since.is_none() => Reply::Done(Intent::ListBucket),
        KeyCode::Char('n' | 'N') => Reply::Close,
        KeyCode::Enter if facts.run.listing_since.is_some() => Reply::Close,
        _ => Reply::Stay,
    }
}

pub(super) fn sheet(facts: &Facts<'_>, mut body: Body) -> Sheet {
    if let Some(since) = facts.run.listing_since {
        let age = age(facts.now.since(since));
        body.text(Tone::Text, &format!("The bucket is being listed already, for {age} by now."));
        return Sheet::new(TITLE, Tone::Attention, body).keys(&[("Enter", "close")]);
    }
    let last = facts.run.listing.as_ref().map_or_else(
        || "none".to_owned(),
        |last| {
            let entries = grouped(last.listing.entries.0);
            format!("{entries} entries, {} ago", age(facts.now.since(last.at)))
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
