//! Lines of the rfsd log: severity, arrival, citation and tallies.

use serde::{Deserialize, Serialize};

use crate::run::values::{ByteCount, LineCount, LogOffset, Timestamp, is_default};

/// Severity of a log line, in the order of syslog (RFC 5424, section 6.2.1), lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// `DEBUG`
    Debug,
    /// `INFO`
    Info,
    /// `NOTICE`
    Notice,
    /// `WARN`, `WARNING`
    Warning,
    /// `ERR`, `ERROR`
    Error,
    /// `CRIT`
    Critical,
    /// `ALERT`
    Alert,
    /// `EMERG`
    Emergency,
}

/// How a log line reached us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Arrival {
    /// Followed as it was written: the time of receipt is its time.
    Live,
    /// Read later, after a drop or from a saved file: its time is the appliance's own stamp.
    CaughtUp,
    /// Read later, at a place in the log after lines received before: it is newer than those, whatever its stamp.
    Behind,
    /// Read later, at an uncertain place in the log: it may have been received before.
    MayRepeat,
    /// Already in the log when the watch began: it belongs to the past and ends no phase.
    Earlier,
}

/// The place and the text of a cited log line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LogCitation {
    /// Offset of its first byte in `dr.log`.
    pub offset: LogOffset,
    /// The appliance's own time stamp, with year and zone filled in; `None` where the line has none.
    pub stamp: Option<Timestamp>,
    /// How it arrived.
    pub arrival: Arrival,
    /// The line, control characters escaped.
    pub raw: String,
}

/// Counts over a part of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogTally {
    /// All lines.
    pub lines: LineCount,
    /// Lines in an unknown form, which are kept whole.
    pub unparsed: LineCount,
    /// Lines of severity INFO; the stage markers are of this severity.
    pub info: LineCount,
    /// Lines of severity WARNING.
    pub warnings: LineCount,
    /// Lines of severity ERROR or worse.
    pub errors: LineCount,
    /// Lines counted by `last message repeated N times`.
    pub repeated: LineCount,
    /// Lines that were in the log before the watch began ([`Arrival::Earlier`]).
    #[serde(default, skip_serializing_if = "is_default")]
    pub earlier: LineCount,
    /// NUL bytes in the lines.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nul_bytes: ByteCount,
    /// Lines that may have been received before ([`Arrival::MayRepeat`]).
    #[serde(default, skip_serializing_if = "is_default")]
    pub may_repeat: LineCount,
}

impl LogTally {
    /// Counts lines of a known form.
    pub fn add_lines(&mut self, severity: Option<Severity>, count: u64) {
        let of_level = match severity {
            Some(Severity::Info) => &mut self.info,
            Some(Severity::Warning) => &mut self.warnings,
            Some(severity) if severity >= Severity::Error => &mut self.errors,
            _ => return self.lines.0 += count,
        };
        of_level.0 += count;
        self.lines.0 += count;
    }

    /// Adds the counts of another part.
    pub fn add(&mut self, other: Self) {
        let pairs = [
            (&mut self.lines, other.lines),
            (&mut self.unparsed, other.unparsed),
            (&mut self.info, other.info),
            (&mut self.warnings, other.warnings),
            (&mut self.errors, other.errors),
            (&mut self.repeated, other.repeated),
            (&mut self.earlier, other.earlier),
            (&mut self.may_repeat, other.may_repeat),
        ];
        for (sum, more) in pairs {
            sum.0 = sum.0.saturating_add(more.0);
        }
        self.nul_bytes.0 = self.nul_bytes.0.saturating_add(other.nul_bytes.0);
    }
}
