//! The log from a file that is followed by name, or from standard input to its end: bytes as they are there. Lines and
//! their meaning are the log parser's business.

mod checkpoint;
mod follow;
mod history;
mod open_file;
mod outlet;
mod rotated;
mod seen;
mod sparse;
mod standard_input;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    follow::{Looking, follow},
    seen::Seen,
    standard_input::read_standard_input,
};
