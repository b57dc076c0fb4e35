//! Who an appliance is and what can be read of it.

mod identity;
mod reading;

pub use self::{
    identity::{Difference, HostKey, Identity, IdentityPart, PairIdentities},
    reading::{Answer, KnownRole, Link, NO_ANSWER, Reading, ReplicationState, Role, ServiceState},
};
