//! What can go wrong with one line typed on a simulated appliance, as the scenario file has it. Faults
//! come by time and last; a line fault strikes one line, once.

use serde::{Deserialize, Serialize};

use crate::run::Role;

/// A line that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineFault {
    pub role: Role,
    pub line: String,
    /// Which time it is typed there, from 1; lines typed by hand are not counted.
    #[serde(default = "first")]
    pub time: usize,
    pub course: Course,
}

const fn first() -> usize {
    1
}

/// The outcome of a line. While contact is lost, all sessions of the appliance are cut and new ones are
/// refused; its length is in seconds, at speed 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Course {
    /// It is not carried out, and answered in these words.
    Refused(String),
    /// Contact is lost before it is carried out.
    LostBefore(u32),
    /// It is carried out, and contact is lost before it is answered.
    LostAfter(u32),
    /// It is carried out and answered; contact is lost at the next question of that session.
    LostAtReading(u32),
}

impl LineFault {
    pub(in crate::simulator) const fn loses_contact(&self) -> bool {
        !matches!(self.course, Course::Refused(_))
    }
}
