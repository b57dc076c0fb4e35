//! How an appliance is reached: a connection over which shells are opened. SSH and the simulator
//! both stand behind these two traits, so that everything above them is shared.

use std::{future::Future, pin::Pin};

use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::run::HostKey;

/// A future that may be sent between threads.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The bytes of one interactive shell on an appliance.
pub trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// A shell's bytes, whatever carries them. Dropping it ends the shell on the appliance.
pub type BoxedWire = Box<dyn Wire>;

/// A way to one appliance.
pub trait Transport: Send + Sync {
    /// Establishes a connection, within the transport's own time limit.
    fn connect(&self) -> Pending<'_, Result<Box<dyn Connection>, ConnectError>>;
}

/// An established connection to an appliance.
pub trait Connection: Send + Sync {
    /// Opens one more interactive shell on a terminal 511 columns wide.
    fn open_shell(&self) -> Pending<'_, Result<BoxedWire, ConnectError>>;

    /// Fingerprint of the host key that the connection was made with, as `SHA256:…`, where the transport
    /// has one. The server has proven that it holds this key.
    fn host_key(&self) -> Option<String>;

    /// The host keys of all types that the server offers, as far as they could be had.
    fn host_keys(&self) -> Vec<HostKey>;

    /// Ends the connection and everything that was started for it.
    fn close(self: Box<Self>) -> Pending<'static, ()>;
}

/// Why an appliance cannot be reached. Each text names the appliance's destination and the remedy.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ConnectError {
    /// Nothing listens there.
    #[error(
        "{destination} refuses connections on its SSH port; check the port and that SSH is enabled on the appliance"
    )]
    Refused {
        /// As given by the engineer.
        destination: String,
    },
    /// The name does not resolve.
    #[error(
        "the name in {destination} cannot be resolved; check the spelling, or add a Host entry to {configuration}"
    )]
    NameUnknown {
        /// As given by the engineer.
        destination: String,
        /// The configuration file of `ssh`.
        configuration: String,
    },
    /// Login refused.
    #[error("{destination} refuses the login; check the user, the key in the agent, or the password")]
    Authentication {
        /// As given by the engineer.
        destination: String,
    },
    /// The host key is not known.
    #[error("the host key of {destination} is not known; {remedy}")]
    HostKeyUnknown {
        /// As given by the engineer.
        destination: String,
        /// How it becomes known, as `ssh` is set up.
        remedy: String,
    },
    /// The host key is another one than before.
    #[error(
        "the host key of {destination} has CHANGED; find out why, and only once that is explained remove the old key \
         from known_hosts: {remedy}"
    )]
    HostKeyChanged {
        /// As given by the engineer.
        destination: String,
        /// The command that removes the old key.
        remedy: String,
    },
    /// No common algorithm.
    #[error(
        "{destination} offers only old SSH algorithms ({offer}); allow them for this host in {configuration}"
    )]
    LegacyAlgorithms {
        /// As given by the engineer.
        destination: String,
        /// What the appliance offers.
        offer: String,
        /// The configuration file of `ssh`.
        configuration: String,
    },
    /// No answer in time.
    #[error("{destination} does not answer; check the network and that the appliance is up")]
    TimedOut {
        /// As given by the engineer.
        destination: String,
    },
    /// There is no ssh program.
    #[error("the program `ssh` was not found; install OpenSSH's client")]
    NoSsh,
    /// The password command failed.
    #[error("the password command for {destination} failed: {detail}; correct it in the settings")]
    PasswordCommand {
        /// As given by the engineer.
        destination: String,
        /// What went wrong, without the secret.
        detail: String,
    },
    /// Closed or broken before a shell was there, or anything else, in ssh's own words.
    #[error("the connection to {destination} failed: {detail}")]
    Other {
        /// As given by the engineer.
        destination: String,
        /// ssh's own words.
        detail: String,
    },
}

impl ConnectError {
    /// Whether trying again by itself may help and can do no harm. False where a person has to act:
    /// repeated logins could lock the account, and a changed key must not be pressed on.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        !matches!(
            self,
            Self::Authentication { .. }
                | Self::HostKeyUnknown { .. }
                | Self::HostKeyChanged { .. }
                | Self::LegacyAlgorithms { .. }
                | Self::NoSsh
                | Self::PasswordCommand { .. }
        )
    }
}
