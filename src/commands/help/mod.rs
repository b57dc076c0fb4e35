//! What can be read about drwatch: the guide and the manual page.

pub(super) mod guide;
pub(super) mod manual;
