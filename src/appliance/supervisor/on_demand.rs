//! Long questions, each on a shell of its own: listing the bucket may take hours, and a long log its time.

use super::online::Online;
use crate::{
    appliance::client::{ListingReply, OpenError},
    run::{Event, ListingCause},
};

/// Lists the bucket and emits the outcome.
pub(super) async fn list(online: &Online<'_>, cause: ListingCause) {
    // Before the shell is opened: a listing must not count as begun later than it was, because it is
    // compared with the start of the pause.
    online.emitter.event(Event::ListingStarted { cause }).await;
    let reply = async {
        let mut client = online.appliance.open().await?;
        Ok::<_, OpenError>(client.bucket_listing().await?)
    };
    let event = match reply.await {
        Ok(ListingReply { listing: Ok(listing), took, raw }) => {
            Event::ListingRead { listing, cause, took, raw }
        }
        Ok(ListingReply { listing: Err(error), raw, .. }) => {
            Event::ListingRefused { reason: error.to_string(), raw }
        }
        Err(error) => {
            let reason = format!("the bucket could not be listed: {}", error.connection_words());
            Event::ListingRefused { reason, raw: String::new() }
        }
    };
    online.emitter.event(event).await;
}

/// Searches the log for what was written before the watch. Where no answer comes the connection is at its end,
/// and the watch asks again over the next.
pub(super) async fn search(online: &Online<'_>) {
    let found = async {
        let mut client = online.appliance.open().await.ok()?;
        client.search_log(online.context().clock.now()).await.ok()
    };
    if let Some(answer) = found.await {
        online.emitter.event(Event::LogSearched(answer)).await;
    }
}
