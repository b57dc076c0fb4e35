//! What the session has to say to somebody: effects for the loop, and notices for an engineer who is not looking.

pub(crate) mod notifier;
pub(crate) mod outbox;
pub(crate) mod trial;
