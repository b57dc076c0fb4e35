//! The record of an import: by the same recorder as that of a watch.

use std::path::{Path, PathBuf};

use crate::{
    commands::command_line::panic_report::record_is_in,
    dialect::Dialect,
    ingest::import::{ImportError, Keeper, Piece},
    journal::RunFolder,
    report::{self, Report, Trail},
    run::{
        ByteCount, Cause, Ending, Event, Exit, Gap, ImportedLog, LogOffset, LogOrigin, Summary, Timestamp,
        summarise,
    },
    session::{
        record::{
            identity::LocalIdentity,
            recorder::{Recorder, Syncing},
        },
        setup::{Names, started_event},
    },
    settings::Settings,
};

/// What a record of an import is made with.
#[derive(Clone, Copy)]
pub(super) struct Setup<'a> {
    pub(super) runs_dir: &'a Path,
    pub(super) settings: &'a Settings,
    pub(super) dialect: &'a Dialect,
    /// The logs as they were named.
    pub(super) logs: &'a [PathBuf],
    pub(super) engineer: Option<&'a str>,
}

/// Records all that is found.
pub(super) struct Recording<'a> {
    setup: Setup<'a>,
    imported: ImportedLog,
    /// Reasons of gaps that were found before the logs were read.
    gaps: Vec<String>,
    recorder: Option<Recorder>,
}

/// A record that is complete.
pub(super) struct Finished {
    pub(super) summary: Summary,
    pub(super) folder: RunFolder,
    pub(super) exit: Exit,
}

impl<'a> Recording<'a> {
    pub(super) const fn new(setup: Setup<'a>, imported: ImportedLog, gaps: Vec<String>) -> Self {
        Self { setup, imported, gaps, recorder: None }
    }

    /// Removes what was recorded.
    pub(super) fn discard(&mut self) {
        if let Some(mut recorder) = self.recorder.take() {
            recorder.release();
            recorder.folder().remove();
        }
    }

    /// Ends the record and writes its summary; `None` where nothing was recorded.
    pub(super) fn finish(mut self) -> Result<Option<Finished>, ImportError> {
        let Some(recorder) = &mut self.recorder else { return Ok(None) };
        let at = recorder.run().recorded_at;
        recorder.record(at, &Event::RunEnded(Ending::Finished));
        // The head of the summary is that of the records before its export, which `verify` looks for.
        recorder.sync();
        let files = report::EXPORTS.map(str::to_owned).into();
        let exported = Event::Exported { files, cause: Cause::Automatic };
        let mut summary = summarise(recorder.run(), at, recorder.head());
        summary.export_record = recorder.digest_of_next(at, &exported);
        let report = Report::of_run(recorder.run(), summary, Trail::default());
        let folder = recorder.folder().clone();
        report::write_exports(folder.path(), &report)
            .map_err(|error| ImportError::Refused(error.to_string()))?;
        recorder.record(at, &exported);
        recorder.sync();
        trouble(recorder)?;
        debug_assert!(recorder.replays_equal(), "a replay gives another run than the import");
        let exit = recorder.run().exit();
        recorder.release();
        Ok(Some(Finished { summary: report.summary, folder, exit }))
    }

    fn names(&self) -> Names {
        let log = match self.setup.logs {
            [only] if only.as_os_str() == "-" => LogOrigin::StandardInput,
            [only] => LogOrigin::File(absolute(only).into()),
            _ => LogOrigin::File(self.imported.files.join(", ").into()),
        };
        Names {
            primary: None,
            dr: None,
            log: Some(log),
            simulated: false,
            imported: Some(self.imported.clone()),
            known_roles: Vec::new(),
            history: Vec::new(),
        }
    }

    fn recorder(&mut self) -> Result<&mut Recorder, ImportError> {
        let unbegun = || ImportError::Refused("it was not begun".to_owned());
        self.recorder.as_mut().ok_or_else(unbegun)
    }
}

fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}

/// A watch goes on in memory while the disk refuses; an import can be repeated, and stops.
fn trouble(recorder: &Recorder) -> Result<(), ImportError> {
    recorder.trouble().map_or(Ok(()), |reason| Err(ImportError::Refused(reason.to_owned())))
}

impl Keeper for Recording<'_> {
    fn begin(&mut self, at: Timestamp) -> Result<(), ImportError> {
        let Setup { runs_dir, settings, dialect, engineer, .. } = self.setup;
        let folder = RunFolder::create(runs_dir, self.imported.made_at, fastrand::u64(..))?;
        let run_settings = settings.for_run();
        let event = started_event(folder.id(), &run_settings, dialect, self.names(), true);
        record_is_in(folder.path());
        let (mut recorder, _) = Recorder::begin(folder, at, &event, Syncing::AtEnd)?;
        if let Some(engineer) = engineer.filter(|name| !name.is_empty()).map(str::to_owned) {
            let user = LocalIdentity::of_this_process().user;
            recorder.record(at, &Event::EngineerNamed { engineer: Some(engineer), user });
        }
        for reason in std::mem::take(&mut self.gaps) {
            recorder.record(
                at,
                &Event::LogGap(Gap { from: at, to: at, offset: LogOffset(0), reason, record: None }),
            );
        }
        self.recorder = Some(recorder);
        Ok(())
    }

    fn event(&mut self, at: Timestamp, event: &Event) -> Result<(), ImportError> {
        let recorder = self.recorder()?;
        recorder.record(at, event);
        trouble(recorder)
    }

    fn bytes(&mut self, at: Timestamp, bytes: &[u8]) -> Result<(), ImportError> {
        Ok(self.recorder()?.saved_log(at, bytes)?)
    }

    fn lines(&mut self, at: Timestamp, bytes: &[u8], piece: &Piece) -> Result<(), ImportError> {
        let recorder = self.recorder()?;
        recorder.saved_lines(at, ByteCount(bytes.len() as u64), piece.tally, piece.sha256.clone());
        trouble(recorder)
    }
}
