//! One entry of a list whole: a finding, an event.

mod event;
mod finding;

pub(crate) use self::event::EventDialog;
pub(super) use self::finding::FindingDialog;
