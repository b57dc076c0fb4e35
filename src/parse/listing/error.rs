//! Why a reply is no complete bucket listing.

use thiserror::Error;

/// Why a reply is no complete bucket listing. Texts cited from it are escaped and short.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ListingError {
    /// Nothing, or nothing but blanks.
    #[error("the reply is empty; list the bucket again")]
    Empty,
    /// The service that lists buckets does not run.
    #[error(
        "the service does not run (failed to connect, no process available); start it, then list the bucket again"
    )]
    ServiceDown,
    /// The appliance refused, in these words.
    #[error("the appliance refused: {0}")]
    Refused(String),
    /// Some other text, with this first line.
    #[error("this is no reply to `show replication bucket`; it starts with: {0}")]
    NotAListing(String),
    /// A part is missing.
    #[error("the bucket listing is cut off: {0}; list the bucket again")]
    CutOff(Missing),
    /// This class line is in no known form.
    #[error("a line of the bucket listing is not understood: {0}")]
    NotUnderstood(String),
    /// Two names: two listings in one.
    #[error("the bucket listing names two buckets, {one} and {other}; list one bucket at a time")]
    TwoBuckets {
        /// The first name.
        one: String,
        /// Another name.
        other: String,
    },
    /// This count is given twice: two listings in one.
    #[error("the bucket listing gives {0} twice; list the bucket again")]
    Twice(String),
    /// A number in this line is beyond a `u64`.
    #[error("a number in the bucket listing is too large to be true: {0}")]
    TooLarge(String),
    /// The classes add up to more than this number of entries.
    #[error("the classes of the bucket listing add up to more than its {0} entries; list the bucket again")]
    MoreThanEntries(u64),
    /// More than this number of classes, beside the known ones.
    #[error(
        "the bucket listing has more than {0} classes of its own; this is no reply to `show replication bucket`"
    )]
    TooManyClasses(usize),
}

/// What a listing that is cut off lacks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Missing {
    /// The line `N entries in bucket NAME`.
    #[error("the line with the number of entries is missing")]
    Entries,
    /// All class lines, although the header counts this many entries.
    #[error("it counts {0} entries, but no class of them")]
    Classes(u64),
    /// What this line says is missing.
    #[error("it says so itself: {0}")]
    Stated(String),
    /// The end of this last line.
    #[error("its last line has no end: {0}")]
    EndOfLine(String),
}
