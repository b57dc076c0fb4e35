//! The report of a panic: what failed, where in the code, and where the record of the run is. All other failures are
//! sentences of error types.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    fmt,
    io::{self, Write as _},
    panic::Location,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use crate::{screen, text};

/// Not behind a lock: whoever panics may hold it.
static RECORD: OnceLock<PathBuf> = OnceLock::new();

/// Makes a panic give the terminal back and report itself on standard error. To be called once, before any thread is
/// started.
pub fn install_panic_report() {
    std::panic::set_hook(Box::new(|info| {
        let message = info.payload_as_str().unwrap_or("(no message)");
        let report = Report { message, place: info.location(), record: RecordPlace(&RECORD) };
        // Where standard error takes nothing, nobody is there to read it.
        drop(write!(io::stderr().lock(), "{report}"));
    }));
    // Installed last, so that it runs first: the terminal is given back before the report is printed.
    screen::install_panic_hook();
}

/// Notes the folder of the run that this process records.
pub(in crate::commands) fn record_is_in(folder: &Path) {
    // Only in tests does one process record several runs.
    drop(RECORD.set(folder.to_owned()));
}

/// What is printed of a panic.
struct Report<'a> {
    message: &'a str,
    place: Option<&'a Location<'a>>,
    record: RecordPlace,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "The application panicked (crashed).\nMessage:  {}", text::lines(self.message))?;
        if let Some(place) = self.place {
            writeln!(f, "Location: {}:{}", place.file(), place.line())?;
        }
        writeln!(f, "\n{}\n", self.record)?;
        let backtrace = Backtrace::capture();
        if backtrace.status() == BacktraceStatus::Captured {
            return write!(f, "{backtrace}");
        }
        writeln!(f, "Backtrace omitted. Run with RUST_BACKTRACE=1 environment variable to display it.")
    }
}

/// Where the record of the run is, looked up when the report is written.
struct RecordPlace(&'static OnceLock<PathBuf>);

impl fmt::Display for RecordPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(folder) = self.0.get() else { return f.write_str("No run was being recorded.") };
        write!(
            f,
            "The run is recorded up to this moment in {}; `drwatch verify` checks the record, `drwatch watch --resume` \
             goes on with it.",
            text::line(&folder.display().to_string())
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_of_a_panic_says_where_the_record_is() {
        static FOLDER: OnceLock<PathBuf> = OnceLock::new();
        assert_eq!(RecordPlace(&FOLDER).to_string(), "No run was being recorded.");
        FOLDER.set(PathBuf::from("/runs/2026\x1b[2J")).unwrap();
        let section = RecordPlace(&FOLDER).to_string();
        assert!(section.contains("/runs/2026") && !section.contains('\x1b'), "{section}");
    }

    #[test]
    fn the_report_of_a_panic_says_what_failed_and_where_in_plain_text() {
        static NONE: OnceLock<PathBuf> = OnceLock::new();
        let place = Some(Location::caller());
        let report = Report { message: "no \x1b[2Jrow", place, record: RecordPlace(&NONE) }.to_string();
        for part in ["Message:  no ", "[2Jrow\nLocation: src/commands/", "\n\nNo run was being recorded.\n\n"]
        {
            assert!(report.contains(part), "{report}");
        }
        assert!(!report.contains('\x1b'), "{report}");
    }
}
