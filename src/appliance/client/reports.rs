//! Where the shells of one connection report that another machine answers in one of them.

use tokio::sync::watch;

use crate::{
    appliance::transport::Connection,
    run::{HostKey, Identity},
};

/// Who answered in a shell, and the replies that show it: printable, cut at 4 KiB.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) identity: Identity,
    pub(crate) raw: String,
}

/// Where the shells of a connection report another machine.
#[derive(Clone, Debug)]
pub(super) struct Reports {
    sender: watch::Sender<Option<Seen>>,
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
        self.stranger(self.with_keys(Seen { identity, raw: String::new() }));
    }

    pub(super) fn stranger(&self, stranger: Seen) {
        // `send` keeps nothing while nobody listens; this report may come before anybody does.
        self.sender.send_replace(Some(stranger));
    }

    /// Resolves once another machine was reported.
    pub(super) async fn reported(&self) -> Seen {
        // `wait_for` looks at the present value first, so a report made before this call counts.
        let mut reports = self.sender.subscribe();
        let found = reports.wait_for(Option::is_some).await;
        // The sender lives in `self`, so that there is always one.
        found.ok().and_then(|found| found.clone()).unwrap_or_default()
    }

    /// The host keys belong to the connection: no command of the appliance shows them.
    pub(super) fn with_keys(&self, Seen { identity, raw }: Seen) -> Seen {
        let (host_key, host_keys) = (self.host_key.clone(), self.host_keys.clone());
        Seen { identity: Identity { host_key, host_keys, ..identity }, raw }
    }
}
