//! A hostile network for the tests: several simulated machines behind two addresses, where anything may
//! change at any moment: which machine an address leads to, on which a further shell of a connection ends,
//! what its prompts and replies say, which host keys it shows, and whether the connection stands.
//!
//! The machines are the simulator's own; only the way to them lies.

mod carrier;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use tokio::io::{AsyncWriteExt as _, duplex};

use self::carrier::Carrier;
use crate::{
    appliance::transport::{BoxedWire, ConnectError, Connection, Pending, Transport},
    run::{HostKey, Role},
    simulator::{Pulse, ReceivedLine, SessionOptions, SharedWorld, Terminal, serve},
};

/// Bytes in flight in one direction of a shell.
const PIPE: usize = 64 * 1024;

/// One of the machines.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) world: SharedWorld,
    /// Which of the appliances of its world it is.
    pub(crate) role: Role,
    /// Its host keys.
    pub(crate) keys: Vec<HostKey>,
}

impl Machine {
    /// A machine with two host keys of its own.
    pub(crate) fn new(world: &SharedWorld, role: Role, name: &str) -> Self {
        let key =
            |kind: &str| HostKey { kind: kind.to_owned(), fingerprint: format!("SHA256:{name}-{kind}") };
        Self { world: world.clone(), role, keys: vec![key("ssh-ed25519"), key("ssh-rsa")] }
    }

    /// Every line of drwatch that this machine has received and that changes something.
    pub(crate) fn changes(&self) -> Vec<String> {
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
    /// Other words in which every machine says the same.
    words: &'static [(&'static str, &'static str)],
    /// How the bytes of each address fare.
    weather: [Weather; 2],
    /// Connections of former lives of drwatch lead nowhere.
    life: u64,
    /// How often each fault has met a byte or a connection.
    hits: BTreeMap<&'static str, u64>,
}

/// How bytes fare on their way from one address.
#[derive(Clone, Debug)]
struct Weather {
    /// Every piece of a reply is late by so much.
    late: Duration,
    /// Nothing is let through, but nothing is lost.
    is_stalled: bool,
    /// The next reply ends behind so many bytes, and its shell with it.
    half: Option<usize>,
    /// Shells end as soon as the next line is typed, before it arrives.
    drops_typed: bool,
    /// The shell in which a changing line is typed next ends there, and further ones end on another machine.
    switch: Option<Switch>,
    /// Said before the banner of every new shell.
    preface: String,
    /// Rows of the terminal of new shells: a longer reply is paged.
    rows: u16,
    /// Said in all shells, unasked: its number and its text.
    unasked: (u64, String),
}

/// What becomes of the changing line that is typed next.
#[derive(Clone, Copy, Debug)]
struct Switch {
    /// The machine on which further shells end.
    machine: usize,
    arrives: bool,
}

impl Default for Weather {
    fn default() -> Self {
        Self {
            late: Duration::ZERO,
            is_stalled: false,
            half: None,
            drops_typed: false,
            switch: None,
            preface: String::new(),
            rows: 1000,
            unasked: (0, String::new()),
        }
    }
}

/// The network; clones share it.
#[derive(Clone)]
pub(crate) struct Network {
    state: Arc<Mutex<State>>,
    cuts: Pulse,
    /// The weather has changed.
    changes: Pulse,
}

const fn address(role: Role) -> usize {
    match role {
        Role::Primary => 0,
        Role::Dr => 1,
    }
}

impl Network {
    /// The honest network of two machines.
    pub(crate) fn of(primary: Machine, dr: Machine) -> Self {
        let state = State {
            machines: vec![primary, dr],
            leads: [0, 1],
            lands: [None; 2],
            proves: [0; 2],
            disguise: [None, None],
            words: &[],
            weather: [Weather::default(), Weather::default()],
            life: 0,
            hits: BTreeMap::new(),
        };
        Self { state: Arc::new(Mutex::new(state)), cuts: Pulse::default(), changes: Pulse::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Adds a machine to which nothing leads yet; its number.
    pub(crate) fn add(&self, machine: Machine) -> usize {
        let mut state = self.state();
        state.machines.push(machine);
        state.machines.len() - 1
    }

    /// The machines, the primary and the DR appliance first.
    pub(crate) fn machines(&self) -> Vec<Machine> {
        self.state().machines.clone()
    }

    /// New connections to that address end on `machine`.
    pub(crate) fn lead(&self, role: Role, machine: usize) {
        self.state().leads[address(role)] = machine;
    }

    /// New shells end on `machine`, whatever connection they belong to: a bastion.
    pub(crate) fn land(&self, role: Role, machine: usize) {
        self.state().lands[address(role)] = Some(machine);
    }

    /// New connections to that address are made with that key of the machine.
    pub(crate) fn prove(&self, role: Role, key: usize) {
        self.state().proves[address(role)] = key;
    }

    /// From now on `from` is shown as `to` at that address, in shells that are open too.
    pub(crate) fn disguise(&self, role: Role, from: &str, to: &str) {
        self.state().disguise[address(role)] = Some((from.to_owned(), to.to_owned()));
    }

    /// Every machine says the second of each pair in place of the first.
    pub(crate) fn say_instead(&self, words: &'static [(&'static str, &'static str)]) {
        self.state().words = words;
    }

    /// Drops all connections.
    pub(crate) fn cut(&self) {
        self.cuts.beat();
    }

    fn change_weather(&self, role: Role, change: impl FnOnce(&mut Weather)) {
        change(&mut self.state().weather[address(role)]);
        self.changes.beat();
    }

    /// Every piece of a reply comes later by so much.
    pub(crate) fn delay(&self, role: Role, late: Duration) {
        self.change_weather(role, |weather| weather.late = late);
    }

    /// Holds all replies back, or lets them go on.
    pub(crate) fn stall(&self, role: Role, is_stalled: bool) {
        self.change_weather(role, |weather| weather.is_stalled = is_stalled);
    }

    /// The next reply is cut behind so many bytes, and its shell ends.
    pub(crate) fn halve(&self, role: Role, bytes: usize) {
        self.change_weather(role, |weather| weather.half = Some(bytes));
    }

    /// The shell in which something is typed next ends before that arrives.
    pub(crate) fn drop_typed(&self, role: Role) {
        self.change_weather(role, |weather| weather.drops_typed = true);
    }

    /// The shell in which a changing line is typed next ends, before or after the line `arrives`; further shells of
    /// the same connection end on `machine`.
    pub(crate) fn switch_at_change(&self, role: Role, machine: usize, arrives: bool) {
        self.change_weather(role, |weather| weather.switch = Some(Switch { machine, arrives }));
    }

    /// New shells begin with `preface`.
    pub(crate) fn preface(&self, role: Role, preface: &str) {
        self.change_weather(role, |weather| preface.clone_into(&mut weather.preface));
    }

    /// New shells have a terminal of so many rows.
    pub(crate) fn rows(&self, role: Role, rows: u16) {
        self.change_weather(role, |weather| weather.rows = rows);
    }

    /// Says `text` in every open shell, unasked.
    pub(crate) fn say_unasked(&self, role: Role, text: &str) {
        self.change_weather(role, |weather| weather.unasked = (weather.unasked.0 + 1, text.to_owned()));
    }

    /// Addresses lead where they led at first, and nothing disturbs the bytes.
    pub(crate) fn heal(&self) {
        let mut state = self.state();
        (state.leads, state.lands, state.proves) = ([0, 1], [None; 2], [0; 2]);
        state.disguise = [None, None];
        for weather in &mut state.weather {
            // The number of the last unasked text stays, or it would be said once more.
            *weather = Weather { unasked: weather.unasked.clone(), ..Weather::default() };
        }
        drop(state);
        self.changes.beat();
    }

    /// Ends all connections, and lets nobody connect who knew a way before: drwatch was killed.
    pub(crate) fn kill(&self) {
        self.state().life += 1;
        self.cut();
    }

    fn hit(&self, fault: &'static str) {
        *self.state().hits.entry(fault).or_default() += 1;
    }

    /// How often each fault has met something.
    pub(crate) fn hits(&self) -> BTreeMap<&'static str, u64> {
        self.state().hits.clone()
    }

    /// The way to an address.
    pub(crate) fn way(&self, role: Role) -> Arc<dyn Transport> {
        let life = self.state().life;
        Arc::new(Way { network: self.clone(), role, life })
    }
}

struct Way {
    network: Network,
    role: Role,
    life: u64,
}

impl Transport for Way {
    fn connect(&self) -> Pending<'_, Result<Box<dyn Connection>, ConnectError>> {
        let mut state = self.network.state();
        let place = address(self.role);
        // A task of a drwatch that was killed may still run here; it must reach nobody.
        if state.life != self.life {
            return Box::pin(std::future::pending());
        }
        if state.leads[place] != place {
            *state.hits.entry("another machine at the address").or_default() += 1;
        }
        if state.proves[place] != 0 {
            *state.hits.entry("another host key").or_default() += 1;
        }
        let connected = Connected {
            network: self.network.clone(),
            role: self.role,
            machine: state.leads[place],
            proven: state.proves[place],
            cuts: self.network.cuts.count(),
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
        if self.network.cuts.count() != self.cuts {
            let (destination, detail) = ("the address".to_owned(), "the connection is gone".to_owned());
            return Box::pin(std::future::ready(Err(ConnectError::Other { destination, detail })));
        }
        let mut state = self.network.state();
        let place = address(self.role);
        let landed = state.lands[place].unwrap_or(self.machine);
        if landed != self.machine {
            *state.hits.entry("bastion").or_default() += 1;
        }
        let machine = state.machines[landed].clone();
        let Weather { rows, preface, .. } = state.weather[place].clone();
        if !preface.is_empty() {
            *state.hits.entry("wizard").or_default() += 1;
        }
        drop(state);
        // Two pipes with the carrier between them, which can delay, cut and replace what passes.
        let (ours, mut middle) = duplex(PIPE);
        let (outer, theirs) = duplex(PIPE);
        let options = SessionOptions {
            role: machine.role,
            label: "drwatch".to_owned(),
            terminal: Terminal::Vt100 { columns: 511, rows },
            remote_command: None,
        };
        tokio::spawn(async move { serve(theirs, machine.world, options).await });
        let (network, role) = (self.network.clone(), self.role);
        tokio::spawn(async move {
            if middle.write_all(preface.as_bytes()).await.is_ok() {
                Carrier::new(network, role).carry(middle, outer).await;
            }
        });
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
