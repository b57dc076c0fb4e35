//! Replies of the command line that are no answer: an error, or a service that does not run.

/// What `rfsctl` and the service's own commands say while the service is down.
const SERVICE_DOWN: &[u8] = b"failed to connect, no process available";

/// The words after the `%` of an error. `None` where the first line that is not blank starts with anything else.
#[must_use]
pub fn error_text(reply: &[u8]) -> Option<&[u8]> {
    first_line(reply)?.strip_prefix(b"%").map(<[u8]>::trim_ascii)
}

/// Whether the first line that is not blank holds `failed to connect, no process available`, in whatever case.
#[must_use]
pub fn service_down(reply: &[u8]) -> bool {
    first_line(reply).is_some_and(|line| {
        line.windows(SERVICE_DOWN.len()).any(|words| words.eq_ignore_ascii_case(SERVICE_DOWN))
    })
}

fn first_line(reply: &[u8]) -> Option<&[u8]> {
    lines(reply).next()
}

/// The lines that are not blank, without the blanks around them. A carriage return ends a line too.
pub(super) fn lines(reply: &[u8]) -> impl Iterator<Item = &[u8]> {
    reply.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_known_by_the_first_line_that_is_not_blank() {
        let reply = b"\r\n% Unrecognized command \"configure\".\r\nType \"?\" for help.\r\n";
        assert_eq!(error_text(reply), Some(&b"Unrecognized command \"configure\"."[..]));
        assert_eq!(error_text(b"%"), Some(&b""[..]));
    }

    #[test]
    fn a_percent_sign_elsewhere_is_no_error() {
        for reply in ["", "\r\n", "used: 5 %", "ok\n% not the first line"] {
            assert_eq!(error_text(reply.as_bytes()), None, "{reply}");
        }
    }

    #[test]
    fn a_service_that_is_down_is_recognised_in_the_first_line_only() {
        assert!(service_down(b"failed to connect, no process available\r\n"));
        assert!(service_down(b"\n% Failed to connect, no process available."));
        assert!(!service_down(b"failed to connect"));
        assert!(!service_down(b"1\nfailed to connect, no process available"));
    }
}
