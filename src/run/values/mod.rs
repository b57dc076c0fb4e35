//! Plain values. They import nothing of the floors above.

mod appliances;
mod bucket;
mod control;
mod count;
mod evidence;
mod judgements;
mod log;
mod records;
mod restore;
mod time;

pub(in crate::run) use self::count::is_default;
pub use self::{
    appliances::*, bucket::*, control::*, count::*, evidence::*, judgements::*, log::*, records::*,
    restore::*, time::*,
};
