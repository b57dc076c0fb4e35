//! Counts and ids. Each is its own type, so that the compiler keeps them apart.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

/// A number with its digits in threes: `2,662`.
#[must_use]
pub fn grouped(number: u64) -> String {
    by_threes(&number.to_string())
}

/// Digits in threes from the right.
#[must_use]
pub fn by_threes(digits: &str) -> String {
    digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect::<Vec<_>>().join(",")
}

impl ObjectCount {
    /// The number with its digits in threes.
    #[must_use]
    pub fn grouped(self) -> String {
        grouped(self.0)
    }
}

/// Whether a field has its default value, and so is left out of the journal.
pub(in crate::run) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

numbers! {
    /// Objects in the bucket, or metadata objects downloaded.
    ObjectCount(u64);
    /// A reading of the appliance's GET counter (`backend.ops.get`); starts anywhere.
    GetCount(u64);
    /// Bytes.
    ByteCount(u64);
    /// Lines of a log.
    LineCount(u64);
    /// Replication threads of an appliance, 16 to 128.
    ThreadCount(u32);
    /// Position of a record in the journal; the first record is 0.
    Sequence(u64);
    /// Byte offset into the raw log kept beside the journal (`dr.log`).
    LogOffset(u64);
    /// One action asked for during a run; counts from 1.
    ActionId(u32);
}

impl ObjectCount {
    /// `self - other`, never below zero.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// `self + other`, capped.
    #[must_use]
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl ByteCount {
    /// With one decimal in the smallest binary unit that has less than 1,024 of them, `883.7 MiB`; `None` below a KiB.
    #[must_use]
    pub fn in_unit(self) -> Option<String> {
        let bytes = Some(self.0).filter(|bytes| *bytes >= 1024)?;
        let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"].into_iter().zip(1..);
        let mut sizes = units.map(|(name, power)| {
            let unit = 1_u128 << (10 * power);
            (name, (u128::from(bytes) * 10 + unit / 2) / unit)
        });
        // Compared after rounding, so that what is just below a MiB is 1.0 MiB and not 1024.0 KiB.
        let (name, tenths) = sizes.find(|(_, tenths)| *tenths < 10_240)?;
        Some(format!("{}.{} {name}", tenths / 10, tenths % 10))
    }

    /// The size in words: in a unit, or in bytes below a KiB.
    #[must_use]
    pub fn in_words(self) -> String {
        self.in_unit().unwrap_or_else(|| format!("{} B", self.0))
    }
}

impl Sequence {
    /// The position after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Name of a run: `<yyyymmddThhmmssZ>-<6 hex>`, which is also the name of its folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct RunId(pub String);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ThreadCount {
    /// The counts that an appliance accepts. Auto-tuning leaves it at the lowest.
    pub const RANGE: std::ops::RangeInclusive<u32> = 16..=128;
}
