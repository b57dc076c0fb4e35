//! One file or folder for each command of the command line: it composes the rooms below, and holds no logic of its own.

pub(crate) mod assemble;
pub(crate) mod check;
pub(crate) mod demo;
pub(crate) mod given_files;
pub(crate) mod known_roles;
pub(crate) mod resume;
pub(crate) mod simulated;
pub(crate) mod unfinished;
pub(crate) mod verify;
pub(crate) mod watch;

pub use self::{
    check::{CheckOptions, Checked, Shape, check},
    demo::{DemoOptions, demo},
    resume::Named,
    verify::{Unsound, verify},
    watch::{WatchOptions, watch},
};
