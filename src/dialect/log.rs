//! The words of log lines: markers, alarms, and lines about our own commands.

use serde::Deserialize;

use super::pattern::BytesPattern;
use crate::run::{Certainty, Marker};

/// A log line that ends or begins something: equal in program, module and the whole message.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkerLine {
    /// The logging program, e.g. `rfsd`.
    pub program: String,
    /// The module in brackets, without its severity.
    pub module: String,
    /// The message, whole.
    pub message: String,
    /// How sure the words are.
    pub certainty: Certainty,
}

/// The lines of each marker.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Markers {
    /// Stage 1 begins.
    pub download_started: Vec<MarkerLine>,
    /// Stage 1 is over.
    pub download_complete: Vec<MarkerLine>,
    /// The namespace is generated.
    pub namespace_complete: Vec<MarkerLine>,
    /// The restored namespace is mounted.
    pub restore_successful: Vec<MarkerLine>,
    /// The restore failed.
    pub restore_failed: Vec<MarkerLine>,
}

impl Markers {
    /// Module and message of each line.
    pub(super) fn messages(&self) -> impl Iterator<Item = (Marker, &str, &str)> {
        let lines = self.kinds().into_iter().flat_map(|(marker, lines)| std::iter::repeat(marker).zip(lines));
        lines.map(|(marker, line)| (marker, line.module.as_str(), line.message.as_str()))
    }

    pub(super) fn kinds(&self) -> [(Marker, &[MarkerLine]); 5] {
        [
            (Marker::DownloadStarted, &self.download_started),
            (Marker::DownloadComplete, &self.download_complete),
            (Marker::NamespaceComplete, &self.namespace_complete),
            (Marker::RestoreSuccessful, &self.restore_successful),
            (Marker::RestoreFailed, &self.restore_failed),
        ]
    }
}

/// A condition the appliance complains about.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alarm {
    /// Its name on the screen and in reports.
    pub name: String,
    /// Matched against the whole line.
    pub pattern: BytesPattern,
    /// A line that matches this too tells of the alarm's end, not of the alarm.
    #[serde(default)]
    pub unless: Option<BytesPattern>,
    /// How sure the patterns are.
    pub certainty: Certainty,
}

/// Log lines about commands typed at the command line.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnCommands {
    /// Matched against the whole line.
    pub pattern: BytesPattern,
    /// How sure the pattern is.
    pub certainty: Certainty,
}
