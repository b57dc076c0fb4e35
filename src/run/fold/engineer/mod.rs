//! What a record changes about the engineer's own part: who acts, what was agreed to, notes, sheet and signatures.

pub(super) mod consents;
pub(super) mod evidence;
pub(super) mod notes;
pub(super) mod people;
