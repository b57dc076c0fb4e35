//! Actions on an appliance, the policy that limits them, and replication, which they change.

mod action;
mod consent;
mod policy;
mod protection;
mod replication;

pub use self::{action::*, consent::*, policy::*, protection::*, replication::*};
