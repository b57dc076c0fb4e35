//! What an auditor asks of a test besides its course: what was planned, who took part, what it was to reach, what is
//! done about its findings, and who stands for it.

mod issue;
mod procedure;
mod sheet;
mod signature;

pub use self::{issue::*, procedure::*, sheet::*, signature::*};
