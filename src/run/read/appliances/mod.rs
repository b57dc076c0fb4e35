//! Questions about the two appliances.

pub(in crate::run) mod clock;
pub(in crate::run) mod pair;
pub(in crate::run) mod threads;

pub(in crate::run) use self::clock::on_our_clock;
pub use self::threads::ThreadsFallen;
