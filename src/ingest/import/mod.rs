//! Saved logs read from their beginning to their end: files, compressed or packed, as one stream of blocks (`blocks`) that
//! are scanned on several threads (`pool`, `scan`) and interpreted in their order
//! (`interpret`). What is done with the events is the caller's business.

mod blocks;
mod counts;
mod dating;
mod error;
mod found;
mod given;
mod interpret;
mod pool;
mod restores;
mod scan;
mod scanned;
mod source;
mod written;

pub(crate) use self::{
    counts::{LEVELS, Modules},
    error::ImportError,
    found::{Found, FoundKind},
    given::Given,
    interpret::{Interpreter, Keeper, Looking},
    pool::{read_logs, threads},
    restores::Restore,
    scanned::Piece,
    source::{Search, Sources},
    written::Misdated,
};

#[cfg(test)]
mod tests;
