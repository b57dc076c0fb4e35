//! The first contact with a real appliance: errors are reported before the screen starts, and where `ssh` needs a
//! person it asks in the terminal.

use std::{io, sync::Mutex};

use crate::{
    appliance::{
        ssh::{SshOptions, SshTransport},
        transport::{ConnectError, Connection, Pending, Transport},
    },
    run::Role,
    settings::Settings,
};

use crate::session::setup::{Display, Failure};

pub(crate) fn transport_to(role: Role, settings: &Settings) -> Option<Result<SshTransport, Failure>> {
    let appliance = match role {
        Role::Primary => &settings.primary,
        Role::Dr => &settings.dr,
    };
    let options = SshOptions {
        config: settings.ssh_config.clone(),
        password_command: appliance.password_command.clone(),
        ..SshOptions::default()
    };
    let destination = appliance.destination.as_ref()?;
    Some(SshTransport::new(destination, options).map_err(Failure::from))
}

/// Whether waiting does not help: such errors are reported before the screen starts.
pub(crate) const fn is_final(error: &ConnectError) -> bool {
    // During a watch a name may be unknown for a moment, as a resolver fails; at the start it is a
    // mistyped one more likely.
    !error.is_retryable() || matches!(error, ConnectError::NameUnknown { .. })
}

/// Connects; where ssh needs a person and there is one, it asks in the terminal.
pub(crate) async fn reach(
    transport: &SshTransport,
    display: Display,
) -> Result<Box<dyn Connection>, ConnectError> {
    let result = transport.connect().await;
    if needs_person(&result, display) {
        transport.login_in_terminal().await?;
        // The login has left a master connection behind, which this attempt adopts: nobody is asked again.
        return transport.connect().await;
    }
    result
}

/// Whether `ssh` needs a person, and there is one.
pub(crate) fn needs_person(connected: &Result<Box<dyn Connection>, ConnectError>, display: Display) -> bool {
    let asks =
        matches!(connected, Err(ConnectError::Authentication { .. } | ConnectError::HostKeyUnknown { .. }));
    // Without a screen there may be nobody to answer, and `ssh` would wait for ever.
    asks && display == Display::Screen && io::IsTerminal::is_terminal(&io::stdin())
}

/// A transport whose first connection exists already.
pub(crate) struct PreconnectedTransport {
    transport: SshTransport,
    ready: Mutex<Option<Box<dyn Connection>>>,
}

impl PreconnectedTransport {
    pub(crate) fn with(transport: SshTransport, connection: Box<dyn Connection>) -> Self {
        Self { transport, ready: Mutex::new(Some(connection)) }
    }

    pub(crate) fn without(transport: SshTransport) -> Self {
        Self { transport, ready: Mutex::new(None) }
    }

    /// Lets `ssh` itself ask in the terminal; the next connection adopts the login.
    pub(crate) async fn log_in(&self) -> Result<(), ConnectError> {
        self.transport.login_in_terminal().await
    }
}

impl Transport for PreconnectedTransport {
    fn connect(&self) -> Pending<'_, Result<Box<dyn Connection>, ConnectError>> {
        // Taken, so that only the first attempt gets it: a later one means that it was lost.
        let ready = self.ready.lock().ok().and_then(|mut ready| ready.take());
        match ready {
            Some(connection) => Box::pin(std::future::ready(Ok(connection))),
            None => self.transport.connect(),
        }
    }
}
