//! Reaching an appliance with the system's `ssh`, so that the engineer's configuration, agent, jump
//! hosts and known hosts simply work. One background `ssh` per connection, shells over its control
//! socket. No retries: when to try again is decided above.

mod destination;
mod host_keys;
mod login;
mod master;
mod options;
mod parent_watch;
mod process;

use std::{
    io,
    process::ExitCode,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::timeout;

pub(crate) use self::{destination::Destination, login::secret::run_password_command};
pub use self::{destination::InvalidDestination, options::SshOptions};
use self::{
    login::{askpass, failure::excerpt},
    master::{Master, wire::ShellWire},
};
use super::transport::{BoxedWire, ConnectError, Connection, Pending, Transport};
use crate::run::HostKey;

/// Does what `ssh` is started through drwatch for, or asks drwatch for, if this process was started for
/// that; `None` otherwise. To be called before anything else: the arguments are not drwatch's own.
#[must_use]
pub fn dispatch() -> Option<ExitCode> {
    parent_watch::dispatch().or_else(askpass::dispatch)
}

/// A way to one appliance over SSH.
#[derive(Debug)]
pub struct SshTransport {
    destination: Destination,
    options: SshOptions,
    /// A login made in the terminal, for the next connection to take over.
    waiting: Mutex<Option<Master>>,
}

impl SshTransport {
    /// A way to `destination`, which is anything `ssh` takes: `admin@host`, a Host alias, or
    /// `ssh://user@host:port`.
    ///
    /// # Errors
    /// If `ssh` could take it for something else than a destination.
    pub fn new(destination: &str, options: SshOptions) -> Result<Self, InvalidDestination> {
        Ok(Self { destination: Destination::parse(destination)?, options, waiting: Mutex::new(None) })
    }

    /// Lets `ssh` itself ask the engineer for whatever it needs (password, host key, one-time code)
    /// on the terminal, which must not show our screen meanwhile. The login is kept for the next
    /// [`Transport::connect`].
    ///
    /// # Errors
    /// The reason why the login failed, which `ssh` has shown to the engineer as well.
    pub async fn login_in_terminal(&self) -> Result<(), ConnectError> {
        let master = login::in_terminal(&self.destination, &self.options).await?;
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(master);
        Ok(())
    }

    async fn establish(&self) -> Result<SshConnection, ConnectError> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A login made in the terminal may have ended since.
        let master = match waiting.filter(Master::is_alive) {
            Some(master) => master,
            None => login::unattended(&self.destination, &self.options).await?,
        };
        let destination = self.destination.clone();
        let host_keys = host_keys::offered(&destination, &self.options, &master.server).await;
        Ok(SshConnection { master, destination, host_keys, shell_limit: self.options.connect_timeout })
    }
}

impl Transport for SshTransport {
    fn connect(&self) -> Pending<'_, Result<Box<dyn Connection>, ConnectError>> {
        Box::pin(async { Ok(Box::new(self.establish().await?) as Box<dyn Connection>) })
    }
}

/// A login that lasts until it is closed or dropped.
struct SshConnection {
    master: Master,
    destination: Destination,
    host_keys: Vec<HostKey>,
    shell_limit: Duration,
}

impl SshConnection {
    async fn shell(&self) -> Result<BoxedWire, ConnectError> {
        let destination = self.destination.to_string();
        let ended = || io::Error::from(io::ErrorKind::NotConnected);
        let opening = async { ShellWire::open(self.master.control_socket().ok_or_else(ended)?).await };
        match timeout(self.shell_limit, opening).await {
            Ok(Ok(wire)) => Ok(Box::new(wire)),
            Err(_) => Err(ConnectError::TimedOut { destination }),
            // Where ssh itself has ended, that is the reason, and not the socket that broke with it.
            Ok(Err(_)) if !self.master.is_alive() => {
                Err(ConnectError::Other { destination, detail: "the connection has ended".to_owned() })
            }
            Ok(Err(error)) => {
                let detail = excerpt(&format!("no shell can be opened: {error}"));
                Err(ConnectError::Other { destination, detail })
            }
        }
    }
}

impl Connection for SshConnection {
    fn open_shell(&self) -> Pending<'_, Result<BoxedWire, ConnectError>> {
        Box::pin(self.shell())
    }

    fn host_key(&self) -> Option<String> {
        self.master.server.key.as_ref().map(|key| key.fingerprint.clone())
    }

    fn host_keys(&self) -> Vec<HostKey> {
        self.host_keys.clone()
    }

    fn close(self: Box<Self>) -> Pending<'static, ()> {
        Box::pin(self.master.end())
    }
}
