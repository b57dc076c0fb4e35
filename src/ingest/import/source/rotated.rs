//! Rotated logs: which of a set are not among those that were named.

/// The endings by which compressed logs are known to people.
const PACKED: [&str; 4] = [".gz", ".xz", ".zst", ".bz2"];
/// Digits of the number of a rotated log; more are a date.
const MAX_DIGITS: usize = 3;

/// What is missing between two logs of one set that follow on each other, as a sentence.
pub(super) fn missing_between(older: &str, newer: &str) -> Option<String> {
    let ((set, last), (other_set, first)) = (numbered(older), numbered(newer));
    let (from, to) = (last.checked_sub(1)?, first + 1);
    if set != other_set || from < to {
        return None;
    }
    let (named, verb) = match from - to {
        0 => (format!("{set}.{to}"), "is"),
        _ => (format!("{set}.{from} to {set}.{to}"), "are"),
    };
    Some(format!("{named} {verb} not among the logs; what was logged between {older} and {newer} is missing"))
}

/// A log's set, and its number in it: 0 for that which is written to.
fn numbered(name: &str) -> (&str, u32) {
    let plain = PACKED.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    let is_number = |text: &str| text.len() <= MAX_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts = plain.rsplit_once('.').filter(|(_, number)| is_number(number));
    parts.and_then(|(set, number)| Some((set, number.parse().ok()?))).unwrap_or((plain, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_a_rotated_set_lacks_is_named() {
        let words = |older, newer| missing_between(older, newer).unwrap_or_default();
        assert!(words("a/log.2.gz", "a/log").starts_with("a/log.1 is not among the logs;"));
        assert!(words("log.10.xz", "log.7").starts_with("log.9 to log.8 are not among the logs;"));
    }

    #[test]
    fn logs_that_follow_on_each_other_or_are_of_other_sets_lack_nothing() {
        for (older, newer) in [
            ("log.1", "log"),
            ("log.2.gz", "log.1"),
            ("log", "log"),
            ("log.1", "log.3"),
            ("a/log.3", "b/log"),
            ("log.20260913", "log"),
            ("rfsd-4.2", "rfsd"),
        ] {
            assert_eq!(missing_between(older, newer), None, "{older} {newer}");
        }
    }
}
