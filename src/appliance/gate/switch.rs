//! Lines that switch replication: which way each switches, and which undoes which.

/// Which way a line switches replication: `Off` pauses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Off,
    On,
}

impl Direction {
    const fn reversed(self) -> Self {
        match self {
            Self::Off => Self::On,
            Self::On => Self::Off,
        }
    }
}

/// What a line sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Setting {
    /// `enable`, `disable`
    Enabled,
    /// `pause`, `resume`, `suspend`, `unsuspend`
    Paused,
    /// `start`, `stop`
    Started,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Switch {
    pub(super) direction: Direction,
    setting: Setting,
}

impl Switch {
    /// Reads `[no] replication WORD` or `[no] replication suspend|pause enable|disable`.
    pub(super) fn read(words: &[&str]) -> Option<Self> {
        use Direction::{Off, On};
        use Setting::{Enabled, Paused, Started};
        let (is_negated, words) = match words {
            ["no", rest @ ..] => (true, rest),
            all => (false, all),
        };
        let (direction, setting) = match words {
            ["replication", "enable"] => (On, Enabled),
            ["replication", "disable"] => (Off, Enabled),
            ["replication", "pause" | "suspend"] | ["replication", "pause" | "suspend", "enable"] => {
                (Off, Paused)
            }
            ["replication", "resume" | "unsuspend"] | ["replication", "pause" | "suspend", "disable"] => {
                (On, Paused)
            }
            ["replication", "start"] => (On, Started),
            ["replication", "stop"] => (Off, Started),
            _ => return None,
        };
        let direction = if is_negated { direction.reversed() } else { direction };
        Some(Self { direction, setting })
    }

    pub(super) fn is_opposite_of(self, other: Self) -> bool {
        // `replication enable` does not undo `replication pause`: they are two settings.
        self.setting == other.setting && self.direction != other.direction
    }
}
