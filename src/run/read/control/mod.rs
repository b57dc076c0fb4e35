//! Questions about actions: may one be taken, and what became of it.

mod actions;
mod authorize;

pub(in crate::run) use self::actions::is_outcome_unknown;
pub use self::authorize::{Authorization, authorize, consent_lapsed};
