//! The faults of a simulated world as a scenario file states them: what, from when, for how long, how often. Their
//! effect on the world is in `world`; what an engineer sees of them, in `cli`.

use serde::{Deserialize, Serialize};

use crate::run::Role;
use crate::simulator::change::Change;

/// Longest past of a world, in seconds: as far back as the log of a new world reaches.
pub(in crate::simulator) const LONGEST_PAST: u32 = 900;
/// How often one fault may come.
const MOST_TIMES: u32 = 1000;
/// Longest time stated in a fault, in seconds: a month.
const LONGEST: u32 = 31 * 86_400;

/// A fault, once or several times. All times at speed 1; they scale as the workload does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What its time is counted from.
    pub from: Anchor,
    /// Seconds from there to when it begins.
    #[serde(default)]
    pub after: u32,
    /// Seconds it lasts. Effects without a length ignore it.
    #[serde(default)]
    pub lasts: u32,
    /// How often it comes.
    #[serde(default = "once")]
    pub times: u32,
    /// Seconds from one beginning to the next.
    #[serde(default)]
    pub every: u32,
    /// What it does.
    pub effect: Effect,
}

const fn once() -> u32 {
    1
}

/// What a fault's time is counted from, each at its first occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Anchor {
    /// The start of the world.
    Start,
    /// The beginning of stage 1.
    #[serde(rename = "stage-1")]
    Stage1,
    /// The beginning of stage 2.
    #[serde(rename = "stage-2")]
    Stage2,
    /// The end of stage 2.
    InUse,
}

/// What a fault does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// rfsd of the DR appliance ends by itself and is started again when the fault is over: under
    /// another process id, its GET counter at zero.
    Restart(Restart),
    /// The metadata download stands still.
    Standstill,
    /// A line appears in a log.
    Logs(Logs),
    /// The appliance cannot be reached: open sessions are cut, new ones are refused.
    Unreachable(Role),
    /// The log of the appliance is rotated. Whoever follows it goes on following the old file.
    Rotation(Role),
    /// The same, where the new file begins without a line.
    BlankRotation(Role),
    /// A question is answered in these words instead of its own.
    Answers(Answers),
    /// The clock of the appliance is set: the stamps of its log are off by so much from then on.
    Clock(ClockSet),
}

/// How a clock is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockSet {
    /// Of which appliance.
    pub role: Role,
    /// Seconds ahead of the truth; negative: behind.
    pub ahead: i32,
}

/// A restart of rfsd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restart {
    /// How much of the metadata downloaded so far is lost and fetched again.
    pub lost_percent: u8,
}

/// A line for a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logs {
    /// In which appliance's log.
    pub role: Role,
    /// What rfsd writes: `[module.LEVEL] (thread) message`.
    pub text: String,
    /// Whether it is written as it is, without stamp, host and program.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bare: bool,
}

/// An answer instead of the appliance's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Which appliance.
    pub role: Role,
    /// To what.
    pub to: Question,
    /// The whole answer, without its last line end.
    pub with: String,
}

/// A question whose answer a fault can replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Question {
    /// `show service`
    ShowService,
    /// `show replication`
    ShowReplication,
    /// `rfsctl exec …`
    Rfsctl,
}

/// Something done on an appliance before the world begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Past {
    /// Seconds before the start, at speed 1.
    pub seconds: u32,
    /// On which appliance.
    pub role: Role,
    /// What.
    pub change: Change,
}

impl Effect {
    /// Whether it lasts for a while.
    pub(in crate::simulator) const fn has_length(&self) -> bool {
        match self {
            Self::Logs(_) | Self::Rotation(_) | Self::BlankRotation(_) | Self::Clock(_) => false,
            Self::Restart(_) | Self::Standstill | Self::Unreachable(_) | Self::Answers(_) => true,
        }
    }
}

impl Fault {
    /// What is wrong with it, if anything.
    pub(in crate::simulator) fn flaw(&self) -> Option<&'static str> {
        let lost = match self.effect {
            Effect::Restart(Restart { lost_percent }) => lost_percent,
            _ => 0,
        };
        if self.times == 0 || self.times > MOST_TIMES {
            Some("fault: times must be from 1 to 1000")
        } else if self.times > 1 && self.every <= self.lasts {
            // It would begin again before it is over.
            Some("fault: every must be above lasts where it comes several times")
        } else if self.after.max(self.lasts).max(self.every) > LONGEST {
            Some("fault: after, lasts and every must be at most a month")
        } else if self.effect.has_length() && self.lasts == 0 {
            Some("fault: lasts must be above 0 for this effect")
        } else if lost > 100 {
            Some("fault: lost_percent must be at most 100")
        } else {
            None
        }
    }
}
