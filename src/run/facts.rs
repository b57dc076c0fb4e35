//! What an appliance can be found to be: role, identity, states, and what a reading of one is worth.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::count::RunId;

/// Which of the two appliances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The production appliance, whose replication is paused and resumed.
    Primary,
    /// The appliance that rebuilds the namespace.
    Dr,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Primary => "primary",
            Self::Dr => "DR appliance",
        })
    }
}

/// Who an appliance says it is. Each part is absent where the appliance does not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Host name as shown in its prompt.
    pub hostname: Option<String>,
    /// Product name, e.g. `AltaVault`.
    pub product: Option<String>,
    /// Software release, e.g. `4.4.1`.
    pub release: Option<String>,
    /// Hardware or virtual model.
    pub model: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Fingerprint of the SSH host key, as `SHA256:…`.
    pub host_key: Option<String>,
}

impl Identity {
    /// Whether both describe one machine: by their serial numbers where both tell one, else by their
    /// host keys, which appliances made from one image may share. `None` where neither can be compared.
    #[must_use]
    pub fn same_machine(&self, other: &Self) -> Option<bool> {
        let same = |ours: &Option<String>, theirs: &Option<String>| Some(ours.as_ref()? == theirs.as_ref()?);
        same(&self.serial, &other.serial).or_else(|| same(&self.host_key, &other.host_key))
    }
}

/// The part that an appliance played in an earlier run, its name confirmed by the engineer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownRole {
    /// Serial number of the appliance.
    pub serial: String,
    /// Its part then.
    pub role: Role,
    /// The run.
    pub run: RunId,
}

/// State of the appliance's storage service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// Not started.
    Stopped,
    /// Coming up, replaying logs, or otherwise not ready; the appliance's own words.
    Busy(String),
    /// Running; the appliance's own words.
    Running(String),
}

/// Whether the primary replicates to the bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplicationState {
    /// New data goes to the cloud.
    Running,
    /// Nothing goes to the cloud: production is unprotected.
    Paused,
}

/// What came of asking an appliance for a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading<T> {
    /// The value.
    Known(T),
    /// The service that knows the value does not run (`failed to connect, no process available`).
    ServiceDown,
    /// The appliance answered, but nothing in the answer is the value.
    Unreadable,
    /// The appliance refused the question, in its own words.
    Refused(String),
}

impl<T> Reading<T> {
    /// The value, if it was read.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }
}

/// State of the connection to an appliance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Link {
    /// No destination was given for this appliance.
    Absent,
    /// Being established.
    Connecting,
    /// Established.
    Connected,
    /// Down; tried again at `retry_at`.
    Waiting {
        /// Why, as a sentence for the engineer.
        reason: String,
        /// When the next attempt is made.
        retry_at: super::At,
    },
    /// Down and not retried by itself: the engineer has to act (password, host key).
    Stopped {
        /// Why, as a sentence for the engineer.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(serial: Option<&str>, host_key: Option<&str>) -> Identity {
        Identity {
            serial: serial.map(str::to_owned),
            host_key: host_key.map(str::to_owned),
            ..Identity::default()
        }
    }

    #[test]
    fn serial_numbers_tell_machines_apart_that_share_a_host_key() {
        let (one, other) = (identity(Some("1"), Some("key")), identity(Some("2"), Some("key")));
        assert_eq!(one.same_machine(&other), Some(false));
        assert_eq!(one.same_machine(&identity(Some("1"), Some("another"))), Some(true));
    }

    #[test]
    fn host_keys_decide_where_a_serial_number_is_wanting() {
        let one = identity(Some("1"), Some("key"));
        assert_eq!(one.same_machine(&identity(None, Some("key"))), Some(true));
        assert_eq!(one.same_machine(&identity(None, Some("another"))), Some(false));
        assert_eq!(one.same_machine(&identity(None, None)), None);
    }
}
