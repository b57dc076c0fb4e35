//! The simulated pair as a transport: every shell is a session of the simulator over an in-memory
//! pipe, so that all from the prompt framing upward is the real thing.

use crate::{
    appliance::transport::{BoxedWire, ConnectError, Connection, Pending, Transport},
    run::{HostKey, Role},
    simulator::{SessionOptions, SharedWorld, Terminal, serve},
};

/// Bytes in flight in one direction of a simulated shell.
const PIPE: usize = 64 * 1024;

/// One of the simulated appliances, and a connection to it.
#[derive(Clone)]
pub(crate) struct SimulatedTransport {
    world: SharedWorld,
    role: Role,
}

impl SimulatedTransport {
    pub(crate) fn new(world: SharedWorld, role: Role) -> Self {
        Self { world, role }
    }
}

impl Transport for SimulatedTransport {
    fn connect(&self) -> Pending<'_, Result<Box<dyn Connection>, ConnectError>> {
        Box::pin(async {
            // A world in memory answers always.
            if self.world.is_reachable(self.role).unwrap_or(true) {
                Ok(Box::new(self.clone()) as Box<dyn Connection>)
            } else {
                Err(ConnectError::TimedOut { destination: format!("the simulated {}", self.role) })
            }
        })
    }
}

impl Connection for SimulatedTransport {
    fn open_shell(&self) -> Pending<'_, Result<BoxedWire, ConnectError>> {
        let (ours, theirs) = tokio::io::duplex(PIPE);
        let options = SessionOptions {
            role: self.role,
            label: "drwatch".to_owned(),
            // The size that a real shell asks for, so that echo and pager behave alike.
            terminal: Terminal::Vt100 { columns: 511, rows: 1000 },
            remote_command: None,
        };
        let world = self.world.clone();
        // Not awaited: the session ends when our end of the pipe is dropped.
        tokio::spawn(async move { serve(theirs, world, options).await });
        Box::pin(async move { Ok(Box::new(ours) as BoxedWire) })
    }

    fn host_key(&self) -> Option<String> {
        None
    }

    fn host_keys(&self) -> Vec<HostKey> {
        Vec::new()
    }

    fn close(self: Box<Self>) -> Pending<'static, ()> {
        Box::pin(async {})
    }
}
