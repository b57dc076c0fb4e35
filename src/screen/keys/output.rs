//! What can be taken out of the screen: text for the terminal's clipboard, and the frame as a file.

/// Text that is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Copied {
    LogLine,
    /// The phase, the objects and replication, as the smallest screen shows them.
    Figures,
    NextStep,
    Findings,
    RunPath,
    ReportCommand,
}

/// How a frame is written to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameFormat {
    Text,
    /// Text with the escape sequences of its colours.
    Ansi,
    Svg,
}

impl FrameFormat {
    /// The ending of the file's name.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Ansi => "ans",
            Self::Svg => "svg",
        }
    }
}
