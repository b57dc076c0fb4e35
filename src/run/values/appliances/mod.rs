//! Who an appliance is and what can be read of it.

mod identity;
mod reading;

pub use self::{identity::*, reading::*};
