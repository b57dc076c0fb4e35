//! Decodes what the terminal reports of itself: its background, and that its colours have changed.

use crate::screen::Rgb;

/// What a terminal reports of its colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    /// Its background, on request (xterm, "Operating System Commands", 11).
    Background(Rgb),
    /// The engineer has changed its colours (mode 2031, <https://contour-terminal.org/vt-extensions/color-palette-update-notifications/>).
    ColoursChanged,
}

/// The report that a string of that introducer is.
pub(super) fn string(introducer: u8, content: &[u8]) -> Option<Report> {
    let colour = std::str::from_utf8(content).ok()?.strip_prefix("11;").filter(|_| introducer == b']')?;
    let parts = colour.strip_prefix("rgb:").or_else(|| colour.strip_prefix("rgba:"))?;
    let mut parts = parts.split('/').map(part);
    let rgb = Rgb(parts.next()??, parts.next()??, parts.next()??);
    // A fourth part is the opacity, and more than that is no colour.
    let rest: Vec<Option<u8>> = parts.collect();
    (rest.len() <= 1 && rest.iter().all(Option::is_some)).then_some(Report::Background(rgb))
}

/// One to four hexadecimal digits, as a part of the largest number of so many.
fn part(digits: &str) -> Option<u8> {
    if !(1..=4).contains(&digits.len()) || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let value = u32::from_str_radix(digits, 16).ok()?;
    let largest = 16_u32.pow(u32::try_from(digits.len()).ok()?) - 1;
    u8::try_from((value * 255 + largest / 2) / largest).ok()
}

/// The report that `ESC [`, `parameters` and `last` are.
pub(super) fn control(parameters: &[u8], last: u8) -> Option<Report> {
    (last == b'n' && parameters.starts_with(b"?997;")).then_some(Report::ColoursChanged)
}
