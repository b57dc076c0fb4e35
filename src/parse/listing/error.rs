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
    /// The appliance says why not.
    #[error("the appliance refused: {words}")]
    Refused {
        /// Its words.
        words: String,
    },
    /// Some other text.
    #[error("this is no reply to `show replication bucket`; it starts with: {line}")]
    NotAListing {
        /// The first line.
        line: String,
    },
    /// A part is missing.
    #[error("the bucket listing is cut off: {0}; list the bucket again")]
    CutOff(Missing),
    /// A class line in no known form.
    #[error("a line of the bucket listing is not understood: {line}")]
    NotUnderstood {
        /// The line.
        line: String,
    },
    /// Two names: two listings in one.
    #[error("the bucket listing names two buckets, {one} and {other}; list one bucket at a time")]
    TwoBuckets {
        /// The first name.
        one: String,
        /// Another name.
        other: String,
    },
    /// A count given twice: two listings in one, and no telling which is right.
    #[error("the bucket listing gives {what} twice; list the bucket again")]
    Twice {
        /// What is given twice.
        what: String,
    },
    /// A number beyond a `u64`.
    #[error("a number in the bucket listing is too large to be true: {line}")]
    TooLarge {
        /// The line.
        line: String,
    },
    /// The classes add up to more than the entries.
    #[error(
        "the classes of the bucket listing add up to more than its {entries} entries; list the bucket again"
    )]
    MoreThanEntries {
        /// The entries, as the header says.
        entries: u64,
    },
    /// More classes than any listing has.
    #[error(
        "the bucket listing has more than {limit} classes of its own; this is no reply to `show replication bucket`"
    )]
    TooManyClasses {
        /// How many are allowed beside the known ones.
        limit: usize,
    },
}

/// What a listing that is cut off lacks.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Missing {
    /// The line `N entries in bucket NAME`.
    #[error("the line with the number of entries is missing")]
    Entries,
    /// All class lines, although there are entries.
    #[error("it counts {entries} entries, but no class of them")]
    Classes {
        /// The entries, as the header says.
        entries: u64,
    },
    /// The end of the last line.
    #[error("its last line has no end: {line}")]
    EndOfLine {
        /// The line.
        line: String,
    },
}
