//! What one seed decides: the pair of appliances, and when the engineers do what and what goes wrong. A plan holds no
//! chance of its own, so that steps can be left out one after the other until only those remain that matter.

mod chance;
mod words;

pub(super) use self::words::Words;
use crate::{
    run::{ActionKind, ReplicationState, Role, RunSettings},
    simulator::{Anchor, Effect, Fault, Logs, Scenario},
};

/// All that one seed decides.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) seed: u64,
    pub(super) setup: Setup,
    /// In order of time.
    pub(super) steps: Vec<Step>,
}

/// The pair and the watch of it.
#[derive(Clone, Debug)]
pub(super) struct Setup {
    pub(super) scenario: Scenario,
    /// Whether the other machines have serial numbers of their own, and not only host keys.
    pub(super) is_impostor_numbered: bool,
    pub(super) primary_starts: ReplicationState,
    pub(super) is_read_only: bool,
    /// What a dialect puts in place of the built-in words.
    pub(super) dialect: Option<Words>,
    pub(super) settings: RunSettings,
}

/// Something at its time.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// Milliseconds since the start.
    pub(super) at: u64,
    pub(super) deed: Deed,
}

#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// The engineer at drwatch.
    Move(Move),
    /// Somebody at an appliance.
    ByHand(Role, &'static str),
    /// Something goes wrong.
    Trouble(Trouble),
}

/// What the engineer does.
#[derive(Clone, Debug)]
pub(super) enum Move {
    /// Looks at the two appliances and confirms them; the careless one whatever is shown.
    Confirm {
        is_careful: bool,
    },
    /// Asks for an action, types what it takes, and thinks for some seconds before Enter.
    Act {
        action: ActionKind,
        is_careful: bool,
        is_right: bool,
        thinks: u64,
    },
    /// States something: the choice is so many rows down.
    Attest {
        down: u64,
    },
    Acknowledge,
    Note {
        is_hostile: bool,
    },
    Baseline,
    ListBucket,
    Export,
    Markers,
    Freeze,
    Zoom,
    SignOff,
    Reconnect,
    Search,
    /// Presses keys at random.
    Fumble {
        seed: u64,
    },
    /// Quits, as far as the question allows it; comes back some seconds later.
    Quit {
        away: u64,
    },
}

/// What goes wrong; what lasts, lasts so many seconds.
#[derive(Clone, Debug)]
pub(super) enum Trouble {
    /// All connections drop.
    Cut,
    Unreachable {
        role: Role,
        lasts: u64,
    },
    /// The address leads to another machine.
    Moved {
        role: Role,
        lasts: u64,
    },
    /// New shells of a connection end on another machine.
    Bastion {
        role: Role,
        lasts: u64,
    },
    /// The shell in which something is changed next ends there, and further ones of its connection end on another
    /// machine.
    Switched {
        role: Role,
        /// Whether the changing line arrives before.
        arrives: bool,
        lasts: u64,
    },
    /// Each address leads to the other appliance.
    Swapped {
        lasts: u64,
    },
    /// Another key of the same machine.
    OtherKey {
        role: Role,
        lasts: u64,
    },
    Renamed {
        role: Role,
        lasts: u64,
    },
    Late {
        role: Role,
        milliseconds: u64,
        lasts: u64,
    },
    Stalled {
        role: Role,
        lasts: u64,
    },
    Half {
        role: Role,
        bytes: usize,
    },
    DropsTyped {
        role: Role,
    },
    Wizard {
        role: Role,
        lasts: u64,
    },
    Pager {
        role: Role,
        rows: u16,
        lasts: u64,
    },
    Unasked {
        role: Role,
        text: &'static str,
    },
    /// The clock of the machine that drwatch runs on is so many seconds ahead.
    OwnClock {
        ahead: i64,
    },
    /// drwatch is killed, at whatever await it stands, and gone on with later.
    Kill {
        down: u64,
    },
    /// The machine that drwatch runs on loses its power; the seed decides what its disk had written by itself.
    Power {
        down: u64,
        seed: u64,
    },
    /// The disk that the record lies on takes nothing.
    DiskFull {
        lasts: u64,
    },
    /// The DR appliance logs equal lines without a stamp: so many in each of some seconds.
    Burst {
        lines: u32,
        seconds: u32,
    },
    /// The DR appliance's log is rotated, and the new file begins with the lines that each file begins with.
    Banner,
    /// What the simulated appliances do themselves.
    World(Effect),
}

impl Trouble {
    /// The name it is counted by.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Unreachable { .. } => "unreachable",
            Self::Moved { .. } => "address moved",
            Self::Bastion { .. } => "bastion",
            Self::Switched { .. } => "switched",
            Self::Swapped { .. } => "swapped",
            Self::OtherKey { .. } => "other key",
            Self::Renamed { .. } => "renamed prompt",
            Self::Late { .. } => "late replies",
            Self::Stalled { .. } => "stalled replies",
            Self::Half { .. } => "half a reply",
            Self::DropsTyped { .. } => "drop before the reply",
            Self::Wizard { .. } => "wizard at login",
            Self::Pager { .. } => "pager",
            Self::Unasked { .. } => "unasked line",
            Self::OwnClock { .. } => "own clock set",
            Self::Kill { .. } => "kill",
            Self::Power { .. } => "power failure",
            Self::DiskFull { .. } => "disk full",
            Self::Burst { .. } => "equal log lines",
            Self::Banner => "log file begins with a banner",
            Self::World(effect) => match effect {
                Effect::Restart(_) => "rfsd restarts",
                Effect::Standstill => "standstill",
                Effect::Logs(_) => "hostile log line",
                Effect::Unreachable(_) => "unreachable",
                Effect::Rotation(_) => "log rotated",
                Effect::BlankRotation(_) => "log rotated to an empty file",
                Effect::Answers(_) => "odd answer",
                Effect::Clock(_) => "appliance's clock set",
            },
        }
    }
}

impl Move {
    /// The name it is counted by.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Confirm { is_careful: true } => "confirms with care",
            Self::Confirm { .. } => "confirms whatever is shown",
            Self::Act { action: ActionKind::Pause, .. } => "pauses",
            Self::Act { action: ActionKind::Resume, .. } => "resumes",
            Self::Act { .. } => "sets threads",
            Self::Attest { .. } => "states",
            Self::Acknowledge => "acknowledges",
            Self::Note { .. } => "notes",
            Self::Baseline => "takes the baseline",
            Self::ListBucket => "lists the bucket",
            Self::Export => "exports",
            Self::Markers => "claims markers",
            Self::Freeze => "freezes",
            Self::Zoom => "zooms",
            Self::SignOff => "signs off",
            Self::Reconnect => "reconnects",
            Self::Search => "searches",
            Self::Fumble { .. } => "fumbles",
            Self::Quit { .. } => "quits",
        }
    }
}

/// What a machine says in a shell although nobody asked.
pub(super) const UNASKED: [&str; 5] = [
    "\r\nBroadcast message from admin@ava-prod: the system is going down for reboot NOW!\r\n",
    "\r\nava-prod > ",
    "\x07",
    "\r\nPassword: ",
    "\x1b[2J\x1b[H",
];

/// What each file of a log begins with, where it does.
const BANNER: [&str; 3] = ["AltaVault 4.4.1 build 27", "Copyright NetApp, Inc.", "=== log file opened ==="];

impl Plan {
    /// Whether the machine that drwatch runs on ever loses its power.
    pub(super) fn loses_power(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.deed, Deed::Trouble(Trouble::Power { .. })))
    }

    /// The scenario with what goes wrong on the appliances themselves.
    pub(super) fn scenario(&self) -> Scenario {
        let mut scenario = self.setup.scenario.clone();
        for step in &self.steps {
            let after = u32::try_from(step.at / 1000).unwrap();
            if let Deed::Trouble(Trouble::Burst { lines, seconds }) = step.deed {
                let text = "--- equal ---".to_owned();
                let effect = Effect::Logs(Logs { role: Role::Dr, text, bare: true });
                let burst = Fault { from: Anchor::Start, after, lasts: 0, times: seconds, every: 1, effect };
                scenario.fault.extend(std::iter::repeat_n(burst, usize::try_from(lines).unwrap()));
            }
            if let Deed::Trouble(Trouble::Banner) = step.deed {
                let line =
                    |text: &str| Effect::Logs(Logs { role: Role::Dr, text: text.to_owned(), bare: true });
                let effects = std::iter::once(Effect::BlankRotation(Role::Dr)).chain(BANNER.map(line));
                scenario.fault.extend(effects.map(|effect| once(after, 0, effect)));
            }
            let Deed::Trouble(Trouble::World(effect)) = &step.deed else { continue };
            let lasts = if matches!(effect, Effect::Restart(_) | Effect::Standstill) { 20 } else { 0 };
            scenario.fault.push(once(after, lasts, effect.clone()));
        }
        scenario
    }
}

/// A fault that comes once, so many seconds after the start.
fn once(after: u32, lasts: u32, effect: Effect) -> Fault {
    Fault { from: Anchor::Start, after, lasts, times: 1, every: 0, effect }
}

/// What `enable` asks for, where it does.
pub(super) const PASSWORD: &str = "s3cret-enable";
