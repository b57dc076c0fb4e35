//! The words of log lines: markers, alarms, and lines about our own commands.

use serde::Deserialize;

use super::pattern::BytesPattern;
use crate::run::{Certainty, Marker};

/// A log line that ends or begins something: equal in program, module and the whole message.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MarkerLine {
    /// The logging program, e.g. `rfsd`.
    pub(super) program: String,
    /// The module in brackets, without its severity.
    pub(super) module: String,
    pub(super) message: String,
    #[serde(rename = "certainty")]
    _certainty: Certainty,
}

/// The lines of each marker.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Markers {
    pub(super) download_started: Vec<MarkerLine>,
    pub(super) download_complete: Vec<MarkerLine>,
    pub(super) namespace_complete: Vec<MarkerLine>,
    pub(super) restore_successful: Vec<MarkerLine>,
    pub(super) restore_failed: Vec<MarkerLine>,
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
pub(super) struct Alarm {
    /// Its name on the screen and in reports.
    pub(super) name: String,
    /// Matched against the whole line.
    pub(super) pattern: BytesPattern,
    /// A line that matches this too reports the end of the alarm.
    #[serde(default)]
    pub(super) unless: Option<BytesPattern>,
    #[serde(rename = "certainty")]
    _certainty: Certainty,
}

impl Alarm {
    pub(super) fn is_over(&self, line: &[u8]) -> bool {
        self.unless.as_ref().is_some_and(|over| over.is_match(line))
    }
}

/// Log lines about commands typed at the command line.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnCommands {
    /// Matched against the whole line.
    pub(super) pattern: BytesPattern,
    #[serde(rename = "certainty")]
    _certainty: Certainty,
}
