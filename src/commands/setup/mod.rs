//! What a watch is put together from: the ways to the appliances, the files given, the record, and what earlier runs
//! recorded of the appliances.

pub(crate) mod assemble;
pub(crate) mod given_files;
pub(crate) mod history;
pub(crate) mod known_roles;
pub(crate) mod opening;
