//! Listing the bucket on a shell of its own: it may take hours and must not hold up anything.

use super::online::Online;
use crate::{
    appliance::client::{ListingReply, OpenError},
    run::{Event, ListingCause},
};

/// Lists the bucket and emits the outcome.
pub(super) async fn list(online: &Online<'_>, cause: ListingCause) {
    online.emitter.event(Event::ListingStarted { cause }).await;
    let reply = async {
        let mut client = online.appliance.open().await?;
        Ok::<_, OpenError>(client.bucket_listing().await?)
    };
    let event = match reply.await {
        Ok(ListingReply { listing: Ok(listing), took, raw }) => {
            Event::ListingRead { listing, cause, took, raw }
        }
        Ok(ListingReply { listing: Err(reason), raw, .. }) => Event::ListingRefused { reason, raw },
        Err(error) => {
            let reason = format!("the bucket could not be listed: {}", error.connection_words());
            Event::ListingRefused { reason, raw: String::new() }
        }
    };
    online.emitter.event(event).await;
}
