//! What can be read about drwatch: the guide, the manual pages and the version.

pub(super) mod guide;
pub(super) mod manual;
pub(super) mod version;
