//! Saved logs read from their beginning to their end: files, compressed or packed, as one stream of blocks (`blocks`) that
//! are scanned on several threads (`pool`, `scan`) and interpreted in their order
//! (`interpret`). What is done with the events is the caller's business.

mod blocks;
mod error;
mod interpret;
mod pool;
mod scan;
mod source;
mod written;

pub(crate) use self::{
    error::ImportError,
    interpret::{Found, FoundKind, Given, Interpreter, Keeper, Looking, Overlap, Picked, Restore},
    pool::{read_logs, threads},
    scan::{LEVELS, Modules, Piece},
    source::{Search, Sources},
    written::Misdated,
};

#[cfg(test)]
mod tests;
