//! Replication on the primary: pauses, changes, exposure.

mod changes;
mod exposure;
mod in_doubt;
mod pauses;
mod protection;

use super::*;

fn pauses(story: &Story) -> &[PauseInterval] {
    &story.run.replication.intervals
}
