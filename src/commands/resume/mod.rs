//! Making the record of an interrupted run ready: lock, journal, log. `find` looks for the run where none is named; the
//! session (`repair`) corrects the run itself before the watch goes on.

pub(super) mod find;

use std::{
    fs,
    io::{self, Read as _, Seek as _, SeekFrom},
    os::unix::fs::MetadataExt as _,
    path::Path,
};

use crate::{
    ingest::{arrivals::Arrivals, log_source::LogSource},
    journal::{self, JournalError, JournalReader, LOST_WITH_THE_MACHINE, RunFolder},
    run::{ByteCount, Event, Gap, LogOffset, LogOrigin, Run, Started, Timestamp},
    session::{
        record::identity::LocalIdentity,
        record::interruption::{Interruption, LogTail, Recorded},
        record::recorder::{Appended, Recorder, Syncing},
        setup::Failure,
    },
    settings::{ApplianceSettings, Settings},
};

use self::find::{StartNotice, Wanted, is_over, newest_unfinished};

/// Lines of `dr.log` that are read back: as many as the tail remembers across a drop.
const TAIL_LINES: usize = 4096;

// 4096 lines of 4 KiB: enough for ordinary lines, and a bound where lines are longer.
const MAX_TAIL_BYTES: u64 = 16 << 20;

/// Destinations as named on the command line, so that the engineer insists on them.
#[derive(Default)]
pub(crate) struct Named {
    pub(crate) primary: Option<String>,
    pub(crate) dr: Option<String>,
}

/// A run that can be gone on with, its lock held.
pub(crate) struct Interrupted {
    recorder: Recorder,
    /// Newer runs that may have been meant as well.
    pub(crate) passed_over: Vec<StartNotice>,
    /// The last whole lines of its log.
    pub(crate) tail: LogTail,
    missing: Missing,
    citing: Vec<Recorded>,
    arrivals: Arrivals,
}

/// Bytes of the log that the record cites and a power failure took.
#[derive(Clone, Copy, Debug)]
struct Missing {
    bytes: ByteCount,
    /// When the last of what is left was recorded: what is missing came after it.
    since: Timestamp,
}

impl Interrupted {
    pub(crate) fn run(&self) -> &Run {
        self.recorder.run()
    }

    /// Records that the watch goes on.
    pub(crate) fn go_on(mut self, now: Timestamp) -> Result<(Recorder, Appended, Interruption), Failure> {
        let event = Event::RunContinued {
            program: env!("DRWATCH_VERSION").to_owned(),
            recorder: LocalIdentity::of_this_process().label(),
            held: None,
            since: None,
            distrusted: distrust(self.recorder.folder()),
        };
        let run = self.recorder.run();
        // Where the watch had not found its place in the log again, lines may be missing since before.
        let left_at = run.log.away_since.filter(|_| run.log.followed).unwrap_or(run.last_at);
        let sure_at = run.log.sure_at.unwrap_or(run.started_at);
        let (one_stretch_from, was_followed) = (run.log.one_stretch_from, run.log.followed);
        let made = self.recorder.append_durably(now, &event)?;
        let lost = self.record_lost(now)?;
        let Self { recorder, tail, citing, arrivals, .. } = self;
        let interruption = Interruption {
            left_at,
            sure_at,
            tail,
            lost,
            recorded: citing,
            one_stretch_from,
            was_followed,
            arrivals,
        };
        Ok((recorder, made, interruption))
    }

    /// Records what a power failure took of the log, if anything.
    fn record_lost(&mut self, now: Timestamp) -> Result<Option<Appended>, JournalError> {
        let Missing { bytes, since } = self.missing;
        if bytes.0 == 0 {
            return Ok(None);
        }
        let offset = LogOffset(self.recorder.log_end().0.saturating_sub(bytes.0));
        let reason = format!("the last {bytes} bytes {LOST_WITH_THE_MACHINE}");
        self.recorder.record_lost(now, Gap { from: since, to: now, offset, reason, record: None }).map(Some)
    }
}

/// Finds the run that `name` means and makes its record ready. The destinations in `settings` and the file in `log`
/// become those of the run.
pub(crate) fn interrupted(
    name: &str,
    runs_dir: &Path,
    settings: &mut Settings,
    log: &mut LogSource,
    named: &Named,
) -> Result<Interrupted, Failure> {
    let (folder, passed_over) = match name {
        "last" => newest(runs_dir, &Wanted::new(settings, log))?,
        name => (journal::find_run(runs_dir, name)?, Vec::new()),
    };
    // Everything is checked before the lock is taken and a torn line cut off: a run that is refused stays as
    // it is.
    let (run, _) = journal::read_run(&folder)?;
    if run.started.imported.is_some() {
        let text = format!(
            "run {} was made from saved logs; import them once more with `drwatch import`, as a watch cannot go on with it",
            run.started.run
        );
        return Err(Failure::Usage(text));
    }
    check(&run, named)?;
    check_log(&run.started, log)?;
    // A power failure may shorten a log, and never removes its file.
    if run.log.end.0 > 0 && !fs::exists(folder.log_path()).unwrap_or(true) {
        return Err(JournalError::NoLog { path: folder.log_path(), bytes: ByteCount(run.log.end.0) }.into());
    }
    if let Some(LogOrigin::File(path)) = &run.started.log {
        *log = LogSource::File(path.as_ref().into());
    }
    adopt(&mut settings.primary, run.started.primary.as_ref());
    adopt(&mut settings.dr, run.started.dr.as_ref());
    // A run begun as read-only never gains control by being gone on with.
    settings.read_only |= run.started.read_only;
    Ok(Interrupted { passed_over, ..reopen(folder)? })
}

/// Why others than this user may have written the record, as a sentence; `None`: only this user can have.
/// A run planted in a shared folder must not bring confirmed appliances with it.
fn distrust(folder: &RunFolder) -> Option<String> {
    for path in [folder.path(), folder.journal_path().as_path()] {
        let Ok(metadata) = fs::metadata(path) else {
            return Some(format!("nothing shows who has written {}", path.display()));
        };
        if metadata.uid() != nix::unistd::geteuid().as_raw() {
            return Some(format!("{} belongs to another user", path.display()));
        }
        // Write permission of group or others.
        if metadata.mode() & 0o022 != 0 {
            return Some(format!("others than its owner may write to {}", path.display()));
        }
    }
    None
}

fn newest(runs_dir: &Path, wanted: &Wanted<'_>) -> Result<(RunFolder, Vec<StartNotice>), Failure> {
    let (found, passed_over) = newest_unfinished(runs_dir, |started| wanted.fits(started))?;
    for notice in &passed_over {
        notice.say();
    }
    let nothing = || {
        Failure::Usage(format!(
            "no unfinished run of what is named can be gone on with in {}; `drwatch runs` lists those there are",
            runs_dir.display()
        ))
    };
    Ok((found.ok_or_else(nothing)?, passed_over))
}

/// Takes over the destination of the run; a password command stays only with the appliance it was set for.
fn adopt(appliance: &mut ApplianceSettings, destination: Option<&String>) {
    if appliance.destination.as_ref() != destination {
        *appliance = ApplianceSettings { destination: destination.cloned(), ..ApplianceSettings::default() };
    }
}

fn check(run: &Run, named: &Named) -> Result<(), Failure> {
    let (id, started) = (&run.started.run, &run.started);
    if started.demo {
        return Err(Failure::Usage(format!(
            "{id} is a demo, whose appliances are gone with it; start another"
        )));
    }
    if is_over(run) {
        let text = format!("{id} is over, so there is nothing to go on with; `drwatch report {id}` shows it");
        return Err(Failure::Usage(text));
    }
    for (flag, named, recorded) in
        [("--primary", &named.primary, &started.primary), ("--dr", &named.dr, &started.dr)]
    {
        if named.is_some() && named != recorded {
            let recorded = recorded.as_deref().unwrap_or("none");
            return Err(Failure::Usage(format!(
                "{flag} contradicts {id}, which was begun with {recorded}; leave the flag out, or start a watch \
                 of its own without --resume"
            )));
        }
    }
    Ok(())
}

/// The log has to be the one that was read before, as far as the record shows.
fn check_log(started: &Started, log: &LogSource) -> Result<(), Failure> {
    let id = &started.run;
    let recorded = match (&started.log, log.origin()) {
        (Some(LogOrigin::StandardInput), _) => {
            let text = format!(
                "the log of {id} came from standard input, which does not show what of it was read before; no run can \
                 be gone on with from it"
            );
            return Err(Failure::Usage(text));
        }
        (Some(LogOrigin::File(path)), Some(wanted)) if wanted != LogOrigin::File(path.clone()) => path,
        (None, Some(_)) if started.dr.is_none() => "none",
        (None, Some(_)) => "followed on the DR appliance",
        _ => return Ok(()),
    };
    Err(Failure::Usage(format!(
        "--log contradicts {id}, whose log is {recorded}; leave the flag out, or start a watch of its own without \
         --resume"
    )))
}

fn reopen(folder: RunFolder) -> Result<Interrupted, Failure> {
    let log = folder.log_path();
    let (recorder, missing) = Recorder::reopen(folder, Syncing::EverySecond)?;
    let end = recorder.run().log.end;
    let mut tail = read_tail(&log, end).map_err(|source| JournalError::Read { path: log, source })?;
    let whole = LogOffset(end.0.saturating_sub(missing.0));
    if missing.0 > 0 {
        // Missing bytes cannot be compared with the log of the appliance, so the tail ends with the last
        // whole line before them.
        let lines = tail.before(whole).to_vec();
        tail = last_lines(tail.offset.0, lines, LogOffset(0));
    }
    // Events of the line in which the citation ends may be on record, and must not be recorded again.
    let unfinished = tail.line_of(end);
    let log = read_recorded_log(unfinished, whole, recorder.folder())?;
    let RecordedLog { citing, arrivals, kept_at } = log;
    let missing = Missing { bytes: missing, since: kept_at.unwrap_or(recorder.run().started_at) };
    Ok(Interrupted { recorder, passed_over: Vec::new(), tail, missing, citing, arrivals })
}

/// What the record holds of the log.
#[derive(Default)]
struct RecordedLog {
    /// The events that cite lines which no chunk covers whole: they are unfinished, or a crash came in between.
    citing: Vec<Recorded>,
    arrivals: Arrivals,
    /// When the last bytes that are whole on disk were recorded.
    kept_at: Option<Timestamp>,
}

/// The lines of the log that chunks cover whole reach to `end`, and on disk it is whole up to `whole`.
fn read_recorded_log(
    end: LogOffset,
    whole: LogOffset,
    folder: &RunFolder,
) -> Result<RecordedLog, JournalError> {
    let mut log = RecordedLog::default();
    for entry in JournalReader::open(folder)? {
        let journal::Content::Record(record) = entry?.content else { continue };
        log.arrivals.take(&record.event);
        log.citing.extend(Recorded::of(&record.event).filter(|citing| citing.offset >= end));
        if let Event::LogChunk { offset, bytes, .. } = &record.event
            && offset.0.saturating_add(bytes.0) <= whole.0
        {
            log.kept_at = Some(record.at);
        }
    }
    Ok(log)
}

/// The end of the log, which is cited up to `cited`; nothing where there is no log yet.
fn read_tail(path: &Path, cited: LogOffset) -> io::Result<LogTail> {
    let mut file = match journal::open_regular(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(LogTail::default()),
        other => other?,
    };
    let begin = file.metadata()?.len().saturating_sub(MAX_TAIL_BYTES);
    file.seek(SeekFrom::Start(begin))?;
    let mut bytes = Vec::new();
    file.take(MAX_TAIL_BYTES).read_to_end(&mut bytes)?;
    Ok(last_lines(begin, bytes, cited))
}

/// The last lines of `bytes`, which begin at `begin` in the log: whole ones, and the cited part of one that is not.
fn last_lines(begin: u64, mut bytes: Vec<u8>, cited: LogOffset) -> LogTail {
    let whole = memchr::memrchr(b'\n', &bytes).map_or(0, |end| end + 1);
    let cited = usize::try_from(cited.0.saturating_sub(begin)).unwrap_or(usize::MAX);
    bytes.truncate(whole.max(cited));
    // Where the block does not begin the log, it most likely begins inside a line.
    let from_start = (begin == 0).then_some(0);
    let ends = memchr::memrchr_iter(b'\n', &bytes).map(|newline| newline + 1);
    let starts = ends.filter(|end| *end < bytes.len()).chain(from_start);
    let start = starts.take(TAIL_LINES).last().unwrap_or(bytes.len());
    let lines = bytes.split_off(start);
    LogTail { offset: LogOffset(begin.saturating_add(start as u64)), lines }
}

#[cfg(test)]
mod tests;
