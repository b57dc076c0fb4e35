//! What a log line means in a dialect.

use super::{
    Dialect,
    log::{Alarm, MarkerLine},
};
use crate::run::{Marker, NearMiss};

impl Dialect {
    /// The marker that a log line is, given its parts. White space around the message does not count.
    #[must_use]
    pub fn marker(
        &self,
        program: impl AsRef<[u8]>,
        module: impl AsRef<[u8]>,
        message: impl AsRef<[u8]>,
    ) -> Option<Marker> {
        let parts = (program.as_ref(), module.as_ref(), message.as_ref().trim_ascii());
        let is = |line: &MarkerLine| {
            // Equal, not contained: a line that quotes a marker, such as
            // a logged search for it, must not end a phase.
            (line.program.as_bytes(), line.module.as_bytes(), line.message.as_bytes()) == parts
        };
        let kinds = self.tables.markers.kinds();
        kinds.into_iter().find(|(_, lines)| lines.iter().any(is)).map(|(marker, _)| marker)
    }

    /// Whether a marker has this program and module.
    pub(crate) fn has_markers(&self, program: &[u8], module: &[u8]) -> bool {
        let is = |line: &MarkerLine| (line.program.as_bytes(), line.module.as_bytes()) == (program, module);
        self.tables.markers.kinds().into_iter().any(|(_, lines)| lines.iter().any(is))
    }

    /// Whether a line that ends so may be a marker, given that it has the program and the module of one.
    pub(crate) fn ends_as_marker(&self, line: &[u8]) -> bool {
        let text = line.trim_ascii_end();
        let kinds = self.tables.markers.kinds();
        kinds.into_iter().any(|(_, lines)| lines.iter().any(|line| text.ends_with(line.message.as_bytes())))
    }

    /// By the last byte of a line without control characters: whether [`Self::ends_as_marker`] is to be asked of it.
    pub(crate) fn marker_ends(&self) -> [bool; 256] {
        let lines = self.tables.markers.kinds().into_iter().flat_map(|(_, lines)| lines);
        let ends: Vec<_> = lines.map(|line| line.message.bytes().last()).collect();
        // White space behind a message does not count, and a message may be empty.
        std::array::from_fn(|byte| {
            byte == usize::from(b' ') || ends.iter().any(|end| end.is_none_or(|end| usize::from(end) == byte))
        })
    }

    /// Whether the dialect knows a line by which stage 1 begins.
    pub(crate) fn knows_start(&self) -> bool {
        self.tables
            .markers
            .kinds()
            .iter()
            .any(|(marker, lines)| *marker == Marker::DownloadStarted && !lines.is_empty())
    }

    /// Name of the first alarm that a whole log line raises.
    #[must_use]
    pub fn alarm(&self, line: &[u8]) -> Option<&str> {
        let is_raised = |alarm: &&Alarm| alarm.pattern.is_match(line) && !alarm.is_over(line);
        let alarm = self.tables.alarms.iter().find(is_raised)?;
        // The appliance logs the lines typed there: a search for the words of an alarm is none.
        (!self.is_own_command(line)).then_some(alarm.name.as_str())
    }

    /// Whether a whole log line merely reports a command typed at the command line.
    #[must_use]
    pub fn is_own_command(&self, line: &[u8]) -> bool {
        self.tables.own_commands.pattern.is_match(line)
    }

    /// What a whole log line comes near to, which is neither a marker nor an alarm itself. A command typed at the
    /// command line and the end of an alarm are understood, whatever their words.
    #[must_use]
    pub fn near_miss(&self, line: &[u8]) -> Option<&NearMiss> {
        // First, because nearly every line ends here after one scan; the patterns below cost more.
        let near = self.phrases.near(line)?;
        let is_understood = match near {
            NearMiss::Marker(_) => false,
            NearMiss::Alarm(name) => {
                self.tables.alarms.iter().any(|alarm| alarm.name == *name && alarm.is_over(line))
            }
        };
        (!is_understood && !self.is_own_command(line)).then_some(near)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_ends_as_a_marker_has_its_last_byte() {
        let own = |message: &str| {
            let line = format!(
                "program = \"rfsd\"\nmodule = \"m\"\nmessage = \"{message}\"\ncertainty = \"documented\""
            );
            Dialect::over_built_in(&format!("[[markers.restore_failed]]\n{line}\n"), "own.toml").unwrap()
        };
        for dialect in [own("it failed?"), own("")] {
            for byte in b' '..=b'~' {
                for line in
                    [vec![byte], [b"it failed?", &[byte][..]].concat(), [b"it failed", &[byte][..]].concat()]
                {
                    let may = dialect.marker_ends()[usize::from(byte)];
                    assert!(may || !dialect.ends_as_marker(&line), "{line:?}");
                }
            }
        }
        assert!(!own("it failed?").marker_ends()[usize::from(b'7')]);
    }
}
