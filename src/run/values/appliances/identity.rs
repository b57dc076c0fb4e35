//! Who an appliance is: its fingerprint, and whether two fingerprints belong to one machine. The engineer confirms this
//! set, and control is bound to it, not to a host name.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::run::values::{Role, is_default};

/// What vendors and hypervisors print where there is no serial number.
const PLACEHOLDER_SERIALS: [&str; 30] = [
    "n/a",
    "na",
    "none",
    "null",
    "nil",
    "unknown",
    "undefined",
    "unspecified",
    "unavailable",
    "not specified",
    "not available",
    "not applicable",
    "not set",
    "not present",
    "not found",
    "no serial",
    "no serial number",
    "empty",
    "default",
    "default string",
    "invalid",
    "tbd",
    "to be filled by o.e.m.",
    "system serial number",
    "chassis serial number",
    "serial",
    "serial number",
    "123456789",
    "0123456789",
    "1234567890",
];

/// Whether a serial number is only filler, such as `0`, `000000` or `xxx`. Any other single character may be one.
fn is_filler(serial: &str) -> bool {
    let mut characters = serial.chars().filter(|character| character.is_alphanumeric());
    let Some(first) = characters.next() else { return true };
    match characters.next() {
        Some(second) => {
            first.eq_ignore_ascii_case(&second) && characters.all(|other| first.eq_ignore_ascii_case(&other))
        }
        None => matches!(first, '0' | 'x' | 'X'),
    }
}

/// A public host key that an SSH server has shown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct HostKey {
    /// Type as OpenSSH names it, e.g. `ssh-ed25519`.
    #[serde(rename = "type")]
    pub kind: String,
    /// SHA-256 of the key as OpenSSH prints it: `SHA256:` and 43 characters.
    pub fingerprint: String,
}

impl fmt::Display for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.fingerprint)
    }
}

/// Everything that distinguishes an appliance from another one. A part is absent if the appliance does not show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Identity {
    /// Host name as shown in its prompt.
    pub hostname: Option<String>,
    /// Product name, e.g. `AltaVault`.
    pub product: Option<String>,
    /// Software release, e.g. `4.4.1`. Not compared: an upgraded appliance is the same machine.
    pub release: Option<String>,
    /// Hardware or virtual model.
    pub model: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Fingerprint of the host key used by the connection, as `SHA256:…`; proven, for the server signed with it.
    pub host_key: Option<String>,
    /// The host keys of all types that the server offers; only `host_key` is proven.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub host_keys: Vec<HostKey>,
    /// Name of the bucket that the appliance is set up with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// Whether it says that drwatch simulates it. Not compared: what it says of itself proves no other machine.
    #[serde(default, skip_serializing_if = "is_default")]
    pub simulated: bool,
}

/// A part of a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityPart {
    /// Host name.
    Hostname,
    /// Serial number.
    Serial,
    /// Model.
    Model,
    /// Product name.
    Product,
    /// SSH host key.
    HostKey,
    /// Bucket.
    Bucket,
}

impl fmt::Display for IdentityPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hostname => "name",
            Self::Serial => "serial",
            Self::Model => "model",
            Self::Product => "product",
            Self::HostKey => "host key",
            Self::Bucket => "bucket",
        })
    }
}

/// A part in which an appliance is not the expected one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which part.
    pub part: IdentityPart,
    /// What was expected; `None`: the appliance did not show this part.
    pub expected: Option<String>,
    /// What the appliance shows; `None`: it does not show this part.
    pub found: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.part == IdentityPart::HostKey && self.found.is_some() && self.expected.is_some() {
            // The keys themselves are too long for a sentence.
            return f.write_str("another host key");
        }
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "not shown".to_owned());
        write!(f, "{} {} instead of {}", self.part, shown(&self.found), shown(&self.expected))
    }
}

impl Identity {
    /// The serial number, unless it is a placeholder such as `N/A`, `-` or `0`.
    #[must_use]
    pub fn usable_serial(&self) -> Option<&str> {
        let serial = self.serial.as_deref()?.trim();
        let bare = serial.trim_matches(['(', ')', '<', '>', '[', ']']);
        let is_placeholder =
            is_filler(serial) || PLACEHOLDER_SERIALS.iter().any(|known| known.eq_ignore_ascii_case(bare));
        (!is_placeholder).then_some(serial)
    }

    /// The parts in which `found` differs from this appliance. Empty: it is the same one.
    ///
    /// A missing part counts as a difference: a machine that shows less than the engineer confirmed is not known to
    /// be the confirmed one. Two parts are compared less strictly: the bucket can be read only while the service
    /// runs, so it is compared only if both show one; and of the host keys only the proven one has to be among the
    /// expected ones, because an upgrade may add or remove types.
    #[must_use]
    pub fn differences(&self, found: &Self) -> Vec<Difference> {
        let mut differences = Vec::new();
        let mut compare = |part, expected: Option<&str>, found: Option<&str>| {
            if expected != found {
                let owned = |value: Option<&str>| value.map(str::to_owned);
                differences.push(Difference { part, expected: owned(expected), found: owned(found) });
            }
        };
        compare(IdentityPart::Hostname, self.hostname.as_deref(), found.hostname.as_deref());
        // Two different placeholders are no difference: neither machine shows a serial number.
        if self.serial != found.serial {
            compare(IdentityPart::Serial, self.usable_serial(), found.usable_serial());
        }
        compare(IdentityPart::Model, self.model.as_deref(), found.model.as_deref());
        compare(IdentityPart::Product, self.product.as_deref(), found.product.as_deref());
        if self.bucket.is_some() && found.bucket.is_some() {
            compare(IdentityPart::Bucket, self.bucket.as_deref(), found.bucket.as_deref());
        }
        if !self.accepts_keys_of(found) {
            let (expected, found) = (self.keys_in_words(), found.keys_in_words());
            differences.push(Difference { part: IdentityPart::HostKey, expected, found });
        }
        differences
    }

    /// Whether `found` is another machine: it differs in more than its bucket, which the engineer may change.
    #[must_use]
    pub fn is_other_machine(&self, found: &Self) -> bool {
        self.differences(found).iter().any(|difference| difference.part != IdentityPart::Bucket)
    }

    /// Whether both describe one machine: by their serial numbers where both show a usable one, else by
    /// their host keys, of which one shared key of any type is enough. `None` where neither can be compared.
    ///
    /// Serial numbers come first because appliances made from one image may share their host keys.
    #[must_use]
    pub fn same_machine(&self, other: &Self) -> Option<bool> {
        if let (Some(ours), Some(theirs)) = (self.usable_serial(), other.usable_serial()) {
            return Some(ours == theirs);
        }
        if self.fingerprints().any(|key| other.fingerprints().any(|theirs| key == theirs)) {
            return Some(true);
        }
        let comparable = if self.host_keys.is_empty() || other.host_keys.is_empty() {
            self.host_key.is_some() && other.host_key.is_some()
        } else {
            // A server has one key for each type, so keys of different types cannot be compared.
            self.host_keys.iter().any(|key| other.host_keys.iter().any(|theirs| key.kind == theirs.kind))
        };
        comparable.then_some(false)
    }

    /// The fingerprints of all its host keys.
    fn fingerprints(&self) -> impl Iterator<Item = &str> {
        let offered = self.host_keys.iter().map(|key| key.fingerprint.as_str());
        self.host_key.as_deref().into_iter().chain(offered)
    }

    /// Whether the host keys of `found` may be those of this appliance.
    fn accepts_keys_of(&self, found: &Self) -> bool {
        let proven = match &found.host_key {
            Some(key) => self.fingerprints().any(|ours| ours == key),
            // A connection that shows no key, such as a simulated one, fits only an identity without keys.
            None => self.fingerprints().next().is_none(),
        };
        // The offered keys are not proven, but another key of a known type belongs to another machine.
        let conflicts = |theirs: &HostKey| {
            let ours = self.host_keys.iter().find(|ours| ours.kind == theirs.kind);
            ours.is_some_and(|ours| ours.fingerprint != theirs.fingerprint)
        };
        proven && !found.host_keys.iter().any(conflicts)
    }

    /// All its host keys, each with its type where that is known; the proven one first.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        let is_proven = |key: &&HostKey| Some(&key.fingerprint) == self.host_key.as_ref();
        let proven =
            self.host_keys.iter().find(is_proven).map(ToString::to_string).or_else(|| self.host_key.clone());
        let others = self.host_keys.iter().filter(|key| !is_proven(key)).map(ToString::to_string);
        proven.into_iter().chain(others).collect()
    }

    /// The same on one line.
    pub(in crate::run) fn keys_in_words(&self) -> Option<String> {
        let keys = self.keys();
        (!keys.is_empty()).then(|| keys.join(", "))
    }
}

/// The fingerprints of both appliances; absent if an appliance takes no part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairIdentities {
    /// The primary.
    pub primary: Option<Identity>,
    /// The DR appliance.
    pub dr: Option<Identity>,
}

impl PairIdentities {
    /// The appliance of that role.
    #[must_use]
    pub fn of(&self, role: Role) -> Option<&Identity> {
        role.pick(self.primary.as_ref(), self.dr.as_ref())
    }
}

#[cfg(test)]
mod tests;
