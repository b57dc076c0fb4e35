//! One file per panel. A panel draws itself into the area it is given, whatever its size; which
//! panels there are and where is the layout's matter.

pub(crate) mod appliance;
pub(crate) mod checklist;
pub(crate) mod exposure;
pub(crate) mod findings;
pub(crate) mod header;
pub(crate) mod keys;
pub(crate) mod log;
pub(crate) mod objects;
pub(crate) mod phases;
pub(crate) mod replication;
mod shares;
