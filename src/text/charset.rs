//! Which characters the reader at the other end can show. A property of the process, as its locale is.

use std::sync::atomic::{AtomicBool, Ordering};

/// Which characters may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    /// All of Unicode, as UTF-8.
    #[default]
    Unicode,
    /// ASCII alone. A terminal that is not in UTF-8 takes some bytes above it for control characters.
    Ascii,
}

impl Charset {
    /// The charset of the locale: `LC_ALL`, `LC_CTYPE` and `LANG`, in this order (POSIX, "Environment Variables").
    #[must_use]
    pub fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Self {
        // An empty variable counts as unset (POSIX, section 8.2).
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default();
        let locale = locale.to_ascii_lowercase();
        if locale.contains("utf-8") || locale.contains("utf8") { Self::Unicode } else { Self::Ascii }
    }
}

static IS_ASCII: AtomicBool = AtomicBool::new(false);

/// Sets the characters that this process may write from here on.
pub fn set_charset(charset: Charset) {
    IS_ASCII.store(charset == Charset::Ascii, Ordering::Release);
}

/// The characters that this process may write; Unicode until [`set_charset`] is called.
#[must_use]
pub fn charset() -> Charset {
    if IS_ASCII.load(Ordering::Acquire) { Charset::Ascii } else { Charset::Unicode }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_decides_and_lc_all_wins() {
        let of = |pairs: &[(&str, &str)]| {
            let find = |name: &str| pairs.iter().find(|(key, _)| *key == name);
            Charset::of_locale(|name| find(name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(of(&[("LANG", "en_US.UTF-8")]), Charset::Unicode);
        assert_eq!(of(&[("LANG", "en_US.utf8"), ("LC_CTYPE", "de_DE.ISO-8859-1")]), Charset::Ascii);
        assert_eq!(of(&[("LANG", "en_US.utf8"), ("LC_ALL", "C")]), Charset::Ascii);
        assert_eq!(of(&[("LC_ALL", ""), ("LANG", "C.UTF-8")]), Charset::Unicode);
        assert_eq!(of(&[]), Charset::Ascii);
    }
}
