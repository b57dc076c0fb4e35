//! The secret that the digests of redacted names are made with: 32 random bytes in hex, made when a run is first redacted
//! and kept in its folder, so that later reports of the run have the same digests.

use std::{
    fs,
    io::{self, Write as _},
};

use super::{
    disk::{RunFolder, read_regular},
    error::JournalError,
    format::hex,
};
use crate::durability::force_file;

/// The length of a digest, beyond which a longer key adds nothing (RFC 2104, section 3).
const KEY_BYTES: usize = 32;

/// The key of this run, which is made if there is none yet.
///
/// # Errors
/// [`JournalError::Read`] and [`JournalError::Write`].
pub(crate) fn redaction_key(folder: &RunFolder) -> Result<Vec<u8>, JournalError> {
    let path = folder.redaction_key_path();
    let unreadable = |source| JournalError::Read { path: path.clone(), source };
    match read_regular(&path) {
        Ok(text) => bytes(String::from_utf8_lossy(&text).trim_end()).ok_or_else(|| unreadable(not_a_key())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(folder),
        Err(error) => Err(unreadable(error)),
    }
}

fn make(folder: &RunFolder) -> Result<Vec<u8>, JournalError> {
    let path = folder.redaction_key_path();
    let refused = |source| JournalError::Write { path: path.clone(), source };
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).map_err(|error| refused(error.into()))?;
    let mut file = folder.create_file(&path)?;
    let written = writeln!(file, "{}", hex(&key)).and_then(|()| force_file(&file));
    if let Err(source) = written {
        // Half a key would be refused from now on.
        let _ = fs::remove_file(&path);
        return Err(refused(source));
    }
    Ok(key.to_vec())
}

fn not_a_key() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "it is no key of 64 hexadecimal digits; remove it for a new one",
    )
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = hex.chars().map(|digit| digit.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() == 2 * KEY_BYTES)?;
    digits
        .chunks_exact(2)
        .map(|pair| u8::try_from(pair.iter().fold(0, |byte, digit| byte * 16 + digit)).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::journal::format::samples::folder;

    #[test]
    fn a_run_has_one_secret_key_that_stays() {
        let (_home, folder) = folder();
        let key = redaction_key(&folder).unwrap();
        assert_eq!(key.len(), KEY_BYTES);
        assert_eq!(redaction_key(&folder).unwrap(), key);
        let mode = fs::metadata(folder.redaction_key_path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let (_other_home, other) = super::super::format::samples::folder();
        assert_ne!(redaction_key(&other).unwrap(), key);
    }

    #[test]
    fn a_pipe_or_a_device_in_place_of_the_key_is_refused_and_never_read() {
        for other in ["/dev/zero", "/dev/tty"] {
            let (_home, folder) = folder();
            std::os::unix::fs::symlink(other, folder.redaction_key_path()).unwrap();
            let error = redaction_key(&folder).unwrap_err().to_string();
            assert!(error.contains("no regular file"), "{error}");
        }
        let (_home, folder) = folder();
        nix::unistd::mkfifo(&folder.redaction_key_path(), nix::sys::stat::Mode::S_IRWXU).unwrap();
        let error = redaction_key(&folder).unwrap_err().to_string();
        assert!(error.contains("no regular file"), "{error}");
    }

    #[test]
    fn a_damaged_key_is_refused_with_its_remedy() {
        let (_home, folder) = folder();
        for text in ["", "00", "not hexadecimal", &"é".repeat(64)] {
            fs::write(folder.redaction_key_path(), text).unwrap();
            let error = redaction_key(&folder).unwrap_err().to_string();
            assert!(error.contains("redaction.key") && error.contains("remove it"), "{error}");
        }
    }
}
