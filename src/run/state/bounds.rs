//! How the lists of a run stay bounded.

/// Entries kept of each list of a run; what goes beyond is counted in [`Dropped`].
pub const LIST_LIMIT: usize = 4096;

/// Appends `item`; beyond [`LIST_LIMIT`] the oldest entry gives way and is counted.
pub(in crate::run) fn push_bounded<T>(list: &mut Vec<T>, dropped: &mut u64, item: T) {
    if list.len() >= LIST_LIMIT {
        list.remove(0);
        *dropped = dropped.saturating_add(1);
    }
    list.push(item);
}

/// How much of each list was given up so that a run stays bounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Actions, oldest first.
    pub actions: u64,
    /// Findings: the oldest closed ones, else new ones.
    pub findings: u64,
    /// Notes, oldest first.
    pub notes: u64,
    /// Gaps, oldest first.
    pub gaps: u64,
    /// Pause intervals, oldest first; their length stays in the total.
    pub intervals: u64,
    /// Epochs that were merged with the one after them; their rise stays in the total.
    pub epochs: u64,
}
