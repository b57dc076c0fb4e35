//! The dialogs that ask for consent: to an action on an appliance, and to the pair of appliances.

mod action;
mod entry;
mod pair;

pub(super) use self::{action::ActionDialog, pair::PairDialog};
