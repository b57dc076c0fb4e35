//! How the lists of a run stay bounded.

/// Bound of each list of a run; entries beyond it are counted in [`Dropped`].
pub const LIST_LIMIT: usize = 4096;

/// Appends `item`; at [`LIST_LIMIT`] the oldest entry is dropped and counted.
pub(in crate::run) fn push_bounded<T>(list: &mut Vec<T>, dropped: &mut u64, item: T) {
    if list.len() >= LIST_LIMIT {
        // Linear, and paid only by a run whose list is full.
        list.remove(0);
        *dropped = dropped.saturating_add(1);
    }
    list.push(item);
}

/// How many entries of each list were dropped so that a run stays bounded.
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
    /// Losses of a connection, oldest first.
    pub outages: u64,
    /// Pause intervals, oldest first; their length stays in the total.
    pub intervals: u64,
    /// Epochs that were merged with the one after them; their rise stays in the total.
    pub epochs: u64,
    /// Predictions, oldest first.
    pub predictions: u64,
    /// Statements of the test sheet, oldest first.
    pub sheets: u64,
    /// What was stated about findings, oldest first.
    pub issues: u64,
    /// What the engineer stated by hand, oldest first.
    pub attestations: u64,
    /// Changes of who acts, oldest first.
    pub takeovers: u64,
    /// Consents by phrase, oldest first.
    pub consents: u64,
    /// Signatures, oldest first.
    pub signatures: u64,
    /// Heads that were sent out, oldest first.
    pub sent_heads: u64,
    /// Records that could not be written and are in no list.
    pub records: u64,
}
