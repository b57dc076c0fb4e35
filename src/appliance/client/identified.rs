//! A connection whose appliance has shown who it is. Every further shell over it is compared with that
//! before anything is read in it: behind a bastion, or after an address has moved, a new shell of the same
//! connection may end on another machine.

use super::{
    Client, OpenError, ShellContext,
    reports::{Reports, Seen},
};
use crate::{
    appliance::{shell::ShellError, transport::Connection},
    run::Identity,
};

/// Opens the first shell of a connection and asks whose it is. Nothing else may be asked in it before the
/// answer was compared.
pub(crate) async fn arrive(
    connection: &dyn Connection,
    context: &ShellContext,
) -> Result<(Client, Seen), OpenError> {
    let reports = Reports::new(connection);
    // The name is not known before the first prompt; it is compared with the rest of the identity.
    let mut client = Client::open(connection, context, reports.clone(), None).await?;
    let seen = whole_identity(&mut client).await?;
    Ok((client, reports.with_keys(seen)))
}

/// The identity with the bucket, which is absent where the question for it is not answered.
async fn whole_identity(client: &mut Client) -> Result<Seen, ShellError> {
    let Seen { identity, raw } = client.identity().await?;
    let bucket = match client.bucket().await {
        Ok(answer) => answer.reading.known().cloned(),
        // What answers nothing, or needs a password, is asked again by the poll, which reports it.
        Err(ShellError::NeedsPassword | ShellError::TimedOut { .. }) => None,
        Err(error) => return Err(error),
    };
    Ok(Seen { identity: Identity { bucket, ..identity }, raw })
}

/// A connection to the expected appliance.
pub(crate) struct IdentifiedConnection<'a> {
    connection: &'a dyn Connection,
    pub(crate) context: &'a ShellContext,
    pub(crate) expected: Identity,
    reports: Reports,
}

impl<'a> IdentifiedConnection<'a> {
    /// Takes `connection`, whose first shell has shown that the appliance is `expected`.
    pub(crate) fn new(connection: &'a dyn Connection, context: &'a ShellContext, expected: Identity) -> Self {
        Self { connection, context, expected, reports: Reports::new(connection) }
    }

    /// Has the first shell of the connection report to this one.
    pub(crate) fn adopt(&self, client: Client) -> Client {
        Client { reports: self.reports.clone(), ..client }
    }

    /// Opens one more shell and makes sure that it is one of the expected appliance.
    pub(crate) async fn open(&self) -> Result<Client, OpenError> {
        // A connection may lead through a bastion that reaches another machine with each shell.
        let mut client = self.open_unverified().await?;
        let seen = client.identity().await?;
        self.compare(seen)?;
        Ok(client)
    }

    /// Opens one more shell, in which nothing but [`IdentifiedConnection::verify`] may come next.
    pub(crate) async fn open_unverified(&self) -> Result<Client, OpenError> {
        // Another name in the very first prompt ends the shell before anything is typed.
        let host = self.expected.hostname.as_deref();
        Client::open(self.connection, self.context, self.reports.clone(), host).await
    }

    /// Asks in the very shell of `client` whose it is, and compares that with the expected appliance.
    pub(crate) async fn verify(&self, client: &mut Client) -> Result<Seen, OpenError> {
        let seen = whole_identity(client).await?;
        self.compare(seen)
    }

    /// Reports another machine, which ends the connection, before it returns the error.
    fn compare(&self, seen: Seen) -> Result<Seen, OpenError> {
        let seen = self.reports.with_keys(seen);
        if !self.expected.is_other_machine(&seen.identity) {
            return Ok(seen);
        }
        let differences = differences(&self.expected, &seen.identity);
        self.reports.stranger(seen);
        Err(OpenError::OtherMachine { differences })
    }

    /// Resolves once a shell of this connection was another machine's.
    pub(crate) async fn stranger(&self) -> Seen {
        self.reports.reported().await
    }
}

/// In what `found` differs from `expected`, as clauses.
pub(crate) fn differences(expected: &Identity, found: &Identity) -> String {
    let differences: Vec<_> = expected.differences(found).iter().map(ToString::to_string).collect();
    differences.join("; ")
}
