//! A hostile network for the tests: several simulated machines behind two addresses, where anything may
//! change at any moment: which machine an address leads to, on which a further shell of a connection ends,
//! what its prompts and replies say, which host keys it shows, and whether the connection stands.
//!
//! The machines are the simulator's own; only the way to them lies.

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex},
    sync::watch,
};

use crate::{
    appliance::transport::{BoxedWire, ConnectError, Connection, Pending, Transport},
    run::{HostKey, Role},
    simulator::{ReceivedLine, SessionOptions, SharedWorld, Terminal, serve},
};

/// Bytes in flight in one direction of a shell.
const PIPE: usize = 64 * 1024;

/// One of the machines.
#[derive(Clone, Debug)]
pub(in crate::watch) struct Machine {
    pub(in crate::watch) world: SharedWorld,
    /// Which of the appliances of its world it is.
    pub(in crate::watch) role: Role,
    /// Its host keys.
    pub(in crate::watch) keys: Vec<HostKey>,
}

impl Machine {
    /// A machine with two host keys of its own.
    pub(in crate::watch) fn new(world: &SharedWorld, role: Role, name: &str) -> Self {
        let key =
            |kind: &str| HostKey { kind: kind.to_owned(), fingerprint: format!("SHA256:{name}-{kind}") };
        Self { world: world.clone(), role, keys: vec![key("ssh-ed25519"), key("ssh-rsa")] }
    }

    /// Every line of drwatch that this machine has received and that changes something.
    pub(in crate::watch) fn changes(&self) -> Vec<String> {
        let is_change = |one: &ReceivedLine| {
            let line = one.line.as_str();
            let is_read = line.starts_with("show") || line.starts_with("rfsctl");
            one.role == self.role && one.label == "drwatch" && !is_read && line.contains("replication")
        };
        self.world.received().unwrap().into_iter().filter(is_change).map(|one| one.line).collect()
    }
}

struct State {
    machines: Vec<Machine>,
    /// The machine that each address leads to.
    leads: [usize; 2],
    /// Where further shells of a connection end, if not on its own machine.
    lands: [Option<usize>; 2],
    /// Which of a machine's keys connections are made with.
    proves: [usize; 2],
    /// What is replaced in all that is said at each address.
    disguise: [Option<(String, String)>; 2],
}

/// The network; clones share it.
#[derive(Clone)]
pub(in crate::watch) struct Network {
    state: Arc<Mutex<State>>,
    cuts: watch::Sender<u64>,
}

const fn address(role: Role) -> usize {
    match role {
        Role::Primary => 0,
        Role::Dr => 1,
    }
}

impl Network {
    /// The honest network of two machines.
    pub(in crate::watch) fn of(primary: Machine, dr: Machine) -> Self {
        let state = State {
            machines: vec![primary, dr],
            leads: [0, 1],
            lands: [None; 2],
            proves: [0; 2],
            disguise: [None, None],
        };
        Self { state: Arc::new(Mutex::new(state)), cuts: watch::Sender::new(0) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Adds a machine to which nothing leads yet; its number.
    pub(in crate::watch) fn add(&self, machine: Machine) -> usize {
        let mut state = self.state();
        state.machines.push(machine);
        state.machines.len() - 1
    }

    /// The machines, the primary and the DR appliance first.
    pub(in crate::watch) fn machines(&self) -> Vec<Machine> {
        self.state().machines.clone()
    }

    /// New connections to that address end on `machine`.
    pub(in crate::watch) fn lead(&self, role: Role, machine: usize) {
        self.state().leads[address(role)] = machine;
    }

    /// New shells end on `machine`, whatever connection they belong to: a bastion.
    pub(in crate::watch) fn land(&self, role: Role, machine: usize) {
        self.state().lands[address(role)] = Some(machine);
    }

    /// New connections to that address are made with that key of the machine.
    pub(in crate::watch) fn prove(&self, role: Role, key: usize) {
        self.state().proves[address(role)] = key;
    }

    /// From now on `from` is shown as `to` at that address, in shells that are open too.
    pub(in crate::watch) fn disguise(&self, role: Role, from: &str, to: &str) {
        self.state().disguise[address(role)] = Some((from.to_owned(), to.to_owned()));
    }

    /// Drops all connections.
    pub(in crate::watch) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// The way to an address.
    pub(in crate::watch) fn way(&self, role: Role) -> Arc<dyn Transport> {
        Arc::new(Way { network: self.clone(), role })
    }
}

struct Way {
    network: Network,
    role: Role,
}

impl Transport for Way {
    fn connect(&self) -> Pending<'_, Result<Box<dyn Connection>, ConnectError>> {
        let state = self.network.state();
        let place = address(self.role);
        let connected = Connected {
            network: self.network.clone(),
            role: self.role,
            machine: state.leads[place],
            proven: state.proves[place],
            cuts: *self.network.cuts.borrow(),
        };
        drop(state);
        let is_reachable = connected.machine().world.is_reachable(connected.machine().role).unwrap_or(true);
        Box::pin(async move {
            if is_reachable {
                return Ok(Box::new(connected) as Box<dyn Connection>);
            }
            Err(ConnectError::TimedOut { destination: "the address".to_owned() })
        })
    }
}

struct Connected {
    network: Network,
    role: Role,
    machine: usize,
    proven: usize,
    cuts: u64,
}

impl Connected {
    fn machine(&self) -> Machine {
        self.network.state().machines[self.machine].clone()
    }
}

impl Connection for Connected {
    fn open_shell(&self) -> Pending<'_, Result<BoxedWire, ConnectError>> {
        if *self.network.cuts.borrow() != self.cuts {
            let (destination, detail) = ("the address".to_owned(), "the connection is gone".to_owned());
            return Box::pin(std::future::ready(Err(ConnectError::Other { destination, detail })));
        }
        let state = self.network.state();
        let landed = state.lands[address(self.role)].unwrap_or(self.machine);
        let machine = state.machines[landed].clone();
        drop(state);
        let (ours, middle) = duplex(PIPE);
        let (outer, theirs) = duplex(PIPE);
        let options = SessionOptions {
            role: machine.role,
            label: "drwatch".to_owned(),
            terminal: Terminal::Vt100 { columns: 511, rows: 1000 },
            remote_command: None,
        };
        tokio::spawn(async move { serve(theirs, machine.world, options).await });
        tokio::spawn(carry(self.network.clone(), self.role, middle, outer));
        Box::pin(async move { Ok(Box::new(ours) as BoxedWire) })
    }

    fn host_key(&self) -> Option<String> {
        self.machine().keys.get(self.proven).map(|key| key.fingerprint.clone())
    }

    fn host_keys(&self) -> Vec<HostKey> {
        self.machine().keys
    }

    fn close(self: Box<Self>) -> Pending<'static, ()> {
        Box::pin(async {})
    }
}

/// Carries the bytes of one shell in both directions until it ends or is cut.
async fn carry(network: Network, role: Role, mut middle: DuplexStream, mut outer: DuplexStream) {
    let mut cuts = network.cuts.subscribe();
    let (mut typed, mut said) = (vec![0; 4096], vec![0; PIPE]);
    loop {
        let carried = tokio::select! {
            biased;
            _ = cuts.changed() => return,
            read = middle.read(&mut typed) => match read {
                Ok(count @ 1..) => outer.write_all(&typed[..count]).await,
                _ => return,
            },
            read = outer.read(&mut said) => match read {
                Ok(count @ 1..) => {
                    let text = String::from_utf8_lossy(&said[..count]).into_owned();
                    let disguise = network.state().disguise[address(role)].clone();
                    let text = disguise.map_or_else(|| text.clone(), |(from, to)| text.replace(&from, &to));
                    middle.write_all(text.as_bytes()).await
                }
                _ => return,
            },
        };
        if carried.is_err() {
            return;
        }
    }
}
