//! Who takes what is found.

use crate::{
    ingest::import::{error::ImportError, scan::Piece},
    run::{Event, Timestamp},
};

/// Takes what is found, in the order of the log.
pub(crate) trait Keeper {
    /// The log begins.
    fn begin(&mut self, at: Timestamp) -> Result<(), ImportError>;
    fn event(&mut self, at: Timestamp, event: &Event) -> Result<(), ImportError>;
    /// The next bytes of the log, whose lines follow in pieces.
    fn bytes(&mut self, at: Timestamp, bytes: &[u8]) -> Result<(), ImportError>;
    /// Lines in a row, of which the events and the bytes were given before.
    fn lines(&mut self, at: Timestamp, bytes: &[u8], piece: &Piece) -> Result<(), ImportError>;
}

/// Reads and keeps nothing.
pub(crate) struct Looking;

impl Keeper for Looking {
    fn begin(&mut self, _: Timestamp) -> Result<(), ImportError> {
        Ok(())
    }

    fn event(&mut self, _: Timestamp, _: &Event) -> Result<(), ImportError> {
        Ok(())
    }

    fn bytes(&mut self, _: Timestamp, _: &[u8]) -> Result<(), ImportError> {
        Ok(())
    }

    fn lines(&mut self, _: Timestamp, _: &[u8], _: &Piece) -> Result<(), ImportError> {
        Ok(())
    }
}
