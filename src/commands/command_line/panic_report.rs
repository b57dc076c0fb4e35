//! The report of a panic: what failed and where in the code, by `color-eyre`, and where the record of the run is. All
//! other failures are sentences of error types.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use color_eyre::config::HookBuilder;

use crate::{screen, text};

/// Not behind a lock: whoever panics may hold it.
static RECORD: OnceLock<PathBuf> = OnceLock::new();

/// Makes a panic give the terminal back and report itself on standard error. To be called once, before any thread is
/// started.
pub fn install_panic_report() {
    // A second installation is the only way this can fail, and there is none.
    drop(HookBuilder::default().panic_section(RecordPlace(&RECORD)).install());
    // Installed last, so that it runs first: the terminal is given back before the report is printed.
    screen::install_panic_hook();
}

/// Notes the folder of the run that this process records.
pub(in crate::commands) fn record_is_in(folder: &Path) {
    // Only in tests does one process record several runs.
    drop(RECORD.set(folder.to_owned()));
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
}
