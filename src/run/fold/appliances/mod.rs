//! What a record changes about an appliance.

pub(super) mod connection;
pub(super) mod identity;
pub(super) mod readings;
pub(super) mod replies;
