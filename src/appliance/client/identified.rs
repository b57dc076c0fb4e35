//! A connection whose appliance has shown who it is. Every further shell over it is compared with that
//! before anything is read in it: behind a bastion, or after an address has moved, a new shell of the same
//! connection may end on another machine.

use super::{
    Client, OpenError, ShellContext,
    reports::{Reports, Stranger},
};
use crate::{
    appliance::{shell::ShellError, transport::Connection},
    run::Identity,
};

/// The appliance at the end of a connection, before it is known to be the expected one.
pub(crate) struct Arrived {
    /// A shell, set up.
    pub(crate) client: Client,
    /// Who it is.
    pub(crate) identity: Identity,
    /// Its replies, printable.
    pub(crate) raw: String,
}

/// Opens the first shell of a connection and asks whose it is. Nothing else may be asked in it before the
/// answer was compared.
///
/// # Errors
/// As [`Client::open`], and when the shell fails.
pub(crate) async fn arrive(
    connection: &dyn Connection,
    context: &ShellContext,
) -> Result<Arrived, OpenError> {
    let reports = Reports::new(connection);
    let mut client = Client::open(connection, context, reports.clone(), None).await?;
    let (identity, raw) = whole_identity(&mut client).await?;
    Ok(Arrived { client, identity: reports.with_keys(identity), raw })
}

/// The identity with the bucket, which is absent where the question for it is not answered.
async fn whole_identity(client: &mut Client) -> Result<(Identity, String), ShellError> {
    let (identity, raw) = client.identity().await?;
    let bucket = match client.bucket().await {
        Ok(answer) => answer.reading.known().cloned(),
        // What answers nothing, or needs a password, is asked again by the poll, which says so.
        Err(ShellError::NeedsPassword | ShellError::TimedOut { .. }) => None,
        Err(error) => return Err(error),
    };
    Ok((Identity { bucket, ..identity }, raw))
}

/// A connection to the expected appliance.
pub(crate) struct IdentifiedConnection<'a> {
    connection: &'a dyn Connection,
    context: &'a ShellContext,
    expected: Identity,
    reports: Reports,
}

impl<'a> IdentifiedConnection<'a> {
    /// Takes `connection`, whose first shell has shown that the appliance is `expected`.
    pub(crate) fn new(connection: &'a dyn Connection, context: &'a ShellContext, expected: Identity) -> Self {
        Self { connection, context, expected, reports: Reports::new(connection) }
    }

    /// What shells are made with.
    pub(crate) const fn context(&self) -> &'a ShellContext {
        self.context
    }

    /// Who the appliance is.
    pub(crate) const fn expected(&self) -> &Identity {
        &self.expected
    }

    /// Has the first shell of the connection report to this one.
    pub(crate) fn adopt(&self, client: Client) -> Client {
        Client { reports: self.reports.clone(), ..client }
    }

    /// Opens one more shell and makes sure that it is one of the expected appliance.
    ///
    /// # Errors
    /// As [`Client::open`], and when another machine answers.
    pub(crate) async fn open(&self) -> Result<Client, OpenError> {
        // A connection may lead through a bastion that reaches another machine with each shell.
        let mut client = self.open_unverified().await?;
        let (identity, raw) = client.identity().await?;
        self.compare(identity, raw)?;
        Ok(client)
    }

    /// Opens one more shell, in which nothing but [`IdentifiedConnection::verify`] may come next.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub(crate) async fn open_unverified(&self) -> Result<Client, OpenError> {
        let host = self.expected.hostname.as_deref();
        Client::open(self.connection, self.context, self.reports.clone(), host).await
    }

    /// Asks in the very shell of `client` whose it is, and compares that with the expected appliance.
    ///
    /// # Errors
    /// When another machine answers, which is reported, and when the shell fails.
    pub(crate) async fn verify(&self, client: &mut Client) -> Result<Stranger, OpenError> {
        let (identity, raw) = whole_identity(client).await?;
        self.compare(identity, raw)
    }

    fn compare(&self, identity: Identity, raw: String) -> Result<Stranger, OpenError> {
        let seen = Stranger { identity: self.reports.with_keys(identity), raw };
        if !self.expected.is_other_machine(&seen.identity) {
            return Ok(seen);
        }
        let differences = self.expected.differences(&seen.identity);
        let differences = differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        self.reports.stranger(seen);
        Err(OpenError::OtherMachine { differences })
    }

    /// Resolves once a shell of this connection was another machine's.
    pub(crate) async fn stranger(&self) -> Stranger {
        self.reports.reported().await
    }
}
