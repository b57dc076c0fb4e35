//! A scripted engineer in a simulated world.

use crate::simulator::{Script, SharedWorld};

/// A script under way and the world it plays in.
pub(crate) struct Scripted {
    pub(crate) world: SharedWorld,
    pub(crate) script: Script,
}

impl Scripted {
    /// Whether all of the script is done.
    pub(super) fn is_over(&self) -> bool {
        self.script.is_over()
    }
}
