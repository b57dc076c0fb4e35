//! What pieces of the screen mean; what that looks like is the theme's.

use ratatui::style::Color;

/// The sixteen colours of a terminal, in the order of their numbers.
pub(crate) const SIXTEEN: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

/// What a piece of the screen means; the theme turns it into a style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Text,
    /// Of less weight.
    Quiet,
    /// Of more weight.
    Strong,
    /// As it should be.
    Good,
    /// To be settled.
    Attention,
    /// Endangers the test or production.
    Danger,
    /// [`Tone::Danger`] as a bar that cannot be overlooked.
    DangerBar,
    Paused,
    /// [`Tone::Paused`] as a bar.
    PausedBar,
    /// Something counted, on its way.
    Progress,
    Frozen,
    Simulated,
    Key,
    Hit,
    Field,
    Chosen,
}
