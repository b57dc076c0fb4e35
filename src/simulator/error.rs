//! What can go wrong with a simulated world, as the engineer reads it.

use std::{io, path::PathBuf};

use thiserror::Error;

/// Why a simulated world cannot be had or changed.
#[derive(Debug, Error)]
pub enum SimulatorError {
    #[error("there is no scenario `{name}`; the scenarios are: {known}")]
    UnknownScenario { name: String, known: String },
    #[error("the scenario is faulty: {detail}; correct its file")]
    BadScenario { detail: String },
    #[error("the simulation cannot run at speed {speed}; give a number from 0.001 to 1000000")]
    BadSpeed { speed: f64 },
    #[error(
        "the state of the simulated appliances in {path} cannot be read or written: {source}; check the folder's permissions and free space"
    )]
    Folder { path: PathBuf, source: io::Error },
    #[error(
        "{path} does not describe a simulated world ({detail}); use another state folder or empty this one"
    )]
    Unreadable { path: PathBuf, detail: String },
    #[error(
        "the simulated operator cannot type `{line}`; its script may only hold lines that end by themselves"
    )]
    Untypable { line: String },
}

impl From<SimulatorError> for io::Error {
    fn from(error: SimulatorError) -> Self {
        Self::other(error)
    }
}
