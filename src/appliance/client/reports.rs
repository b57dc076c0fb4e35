//! Where the shells of one connection report that another machine answers in one of them.

use tokio::sync::watch;

use crate::{
    appliance::transport::Connection,
    run::{HostKey, Identity},
};

/// Another machine than the expected one, and what it replied to the questions for its identity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stranger {
    /// Who it is, as far as it was asked.
    pub identity: Identity,
    /// Its replies, printable, cut at 4 KiB.
    pub raw: String,
}

/// Where the shells of a connection report another machine.
#[derive(Clone, Debug)]
pub(super) struct Reports {
    sender: watch::Sender<Option<Stranger>>,
    host_key: Option<String>,
    host_keys: Vec<HostKey>,
}

impl Reports {
    pub(super) fn new(connection: &dyn Connection) -> Self {
        Self {
            sender: watch::Sender::new(None),
            host_key: connection.host_key(),
            host_keys: connection.host_keys(),
        }
    }

    /// A prompt showed the name of another host; nothing else is known of it.
    pub(super) fn other_name(&self, found: &str) {
        let identity = Identity { hostname: Some(found.to_owned()), ..Identity::default() };
        self.stranger(Stranger { identity: self.with_keys(identity), raw: String::new() });
    }

    pub(super) fn stranger(&self, stranger: Stranger) {
        self.sender.send_replace(Some(stranger));
    }

    /// Resolves once another machine was reported.
    pub(super) async fn reported(&self) -> Stranger {
        let mut reports = self.sender.subscribe();
        let found = reports.wait_for(Option::is_some).await;
        // The sender lives in `self`, so that there is always one.
        found.ok().and_then(|found| found.clone()).unwrap_or_default()
    }

    pub(super) fn with_keys(&self, identity: Identity) -> Identity {
        Identity { host_key: self.host_key.clone(), host_keys: self.host_keys.clone(), ..identity }
    }
}
