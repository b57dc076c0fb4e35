//! What can go wrong with a simulated world, as the engineer reads it.

use std::{io, path::PathBuf};

use thiserror::Error;

/// Why a simulated world cannot be had or changed.
#[derive(Debug, Error)]
pub enum SimulatorError {
    /// No scenario has that name.
    #[error("there is no scenario `{name}`; the scenarios are: {known}")]
    UnknownScenario {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A scenario cannot be used.
    #[error("the scenario is faulty: {detail}; correct its file")]
    BadScenario {
        /// What is wrong with it.
        detail: String,
    },
    /// A speed that is zero, negative or not a number.
    #[error("the simulation cannot run at speed {speed}; give a number from 0.001 to 1000000")]
    BadSpeed {
        /// The speed given.
        speed: f64,
    },
    /// The state folder cannot be read or written.
    #[error(
        "the state of the simulated appliances in {path} cannot be read or written: {source}; check the folder's permissions and free space"
    )]
    Folder {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file of the state folder is not what this program wrote.
    #[error(
        "{path} does not describe a simulated world ({detail}); use another state folder or empty this one"
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The simulated hand was given a line that does not end by itself.
    #[error(
        "the simulated operator cannot type `{line}`; its script may only hold lines that end by themselves"
    )]
    Untypable {
        /// The line.
        line: String,
    },
}

impl From<SimulatorError> for io::Error {
    fn from(error: SimulatorError) -> Self {
        Self::other(error)
    }
}
