//! What an auditor asks of a test besides its course: what was planned, who took part, what it was to reach, what is
//! done about its findings, and who stands for it.

mod actor;
mod grounds;
mod issue;
mod procedure;
mod sheet;
mod signature;

pub use self::{actor::*, grounds::*, issue::*, procedure::*, sheet::*, signature::*};
