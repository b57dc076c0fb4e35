//! The kinds of names.

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum NameKind {
    /// A host.
    Host,
    /// An account.
    User,
    /// An IP or hardware address.
    Address,
    /// A serial number.
    Serial,
    /// A path.
    Path,
    /// A bucket.
    Bucket,
    /// A person.
    Person,
    /// Where a test takes place.
    Place,
}

impl NameKind {
    /// The word that names of this kind are replaced by, without its number.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::User => "user",
            Self::Address => "address",
            Self::Serial => "serial",
            Self::Path => "path",
            Self::Bucket => "bucket",
            Self::Person => "person",
            Self::Place => "place",
        }
    }
}
