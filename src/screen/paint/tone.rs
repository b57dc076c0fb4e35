//! What pieces of the screen mean; what that looks like is the theme's.

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
