//! A password in memory, which nothing prints.

use std::{fmt, sync::Arc};

use thiserror::Error;
use zeroize::Zeroizing;

/// A password. Never printed, logged or serialised, and gone from memory with its last owner.
#[derive(Clone)]
pub struct Secret(Arc<Zeroizing<String>>);

#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the password is empty or holds a control character and cannot be typed; check where it comes from")]
pub(crate) struct SecretError;

impl Secret {
    /// Refuses what is empty or holds a control character, which would end the line it is typed in.
    pub(crate) fn new(text: &str) -> Result<Self, SecretError> {
        // An empty one would be typed as a bare Enter, a wrong password that counts towards a lockout.
        let typeable = !text.is_empty() && !text.chars().any(char::is_control);
        typeable.then(|| Self(Arc::new(Zeroizing::new(text.to_owned())))).ok_or(SecretError)
    }

    /// Takes the line that a password command printed, without its end.
    pub(crate) fn from_output(line: &[u8]) -> Result<Self, SecretError> {
        let text = std::str::from_utf8(line).map_err(|_| SecretError)?;
        // Only line ends: blanks at the end may be a part of the password.
        Self::new(text.trim_end_matches(['\r', '\n']))
    }

    pub(super) fn reveal(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
