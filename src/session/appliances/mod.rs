//! The appliances as the loop sees them: a task each, and the first contact with a real one.

pub(crate) mod connect;
pub(crate) mod task;
