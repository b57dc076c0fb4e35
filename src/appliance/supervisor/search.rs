//! Searching the log for what was written before the watch, on a shell of its own: a long log takes
//! its time.

use super::online::Online;
use crate::run::Event;

/// Searches the log and emits what was found. Where no answer comes the connection is at its end, and
/// the watch asks again over the next.
pub(super) async fn search(online: &Online<'_>) {
    let found = async {
        let mut client = online.appliance.open().await.ok()?;
        client.search_log(online.context().clock.now()).await.ok()
    };
    if let Some(answer) = found.await {
        online.emitter.event(Event::LogSearched(answer)).await;
    }
}
