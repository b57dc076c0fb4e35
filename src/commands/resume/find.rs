//! Looking for a run that was left before it was over: to go on with it, or to say that it is there.

use std::path::Path;

use crate::{
    console::output::say_on_error,
    ingest::log_source::LogSource,
    journal::{self, FindError, JournalError, JournalReader, RunFolder, RunLock},
    run::{Event, LogOrigin, Phase, Run, Started},
    settings::Settings,
};

/// A notice about another run when a watch begins.
pub(crate) struct StartNotice {
    /// For standard error, before the watch.
    pub(crate) sentence: String,
    /// For a line of the screen.
    pub(crate) short: String,
}

impl StartNotice {
    pub(crate) fn say(&self) {
        // A closed standard error is no reason not to watch.
        drop(say_on_error(&self.sentence));
    }
}

/// What a watch is about, as far as it was named.
pub(crate) struct Wanted<'a> {
    primary: Option<&'a str>,
    dr: Option<&'a str>,
    log: Option<LogOrigin>,
}

impl<'a> Wanted<'a> {
    pub(crate) fn new(settings: &'a Settings, log: &LogSource) -> Self {
        let (primary, dr) = (&settings.primary.destination, &settings.dr.destination);
        Self { primary: primary.as_deref(), dr: dr.as_deref(), log: log.origin() }
    }

    fn is_nothing(&self) -> bool {
        self.primary.is_none() && self.dr.is_none() && self.log.is_none()
    }

    /// Whether that run may be the one that is meant.
    pub(crate) fn fits(&self, started: &Started) -> bool {
        let log_fits = match (&self.log, &started.log) {
            // Nothing shows which part of standard input was read before, so such a run cannot be continued.
            (_, Some(LogOrigin::StandardInput)) => false,
            (None, _) => true,
            (Some(wanted), log) => Some(wanted) == log.as_ref(),
        };
        self.primary.is_none_or(|primary| started.primary.as_deref() == Some(primary))
            && self.dr.is_none_or(|dr| started.dr.as_deref() == Some(dr))
            && log_fits
    }

    /// Whether that run is of exactly the same.
    fn is(&self, started: &Started) -> bool {
        started.primary.as_deref() == self.primary
            && started.dr.as_deref() == self.dr
            && started.log == self.log
    }
}

pub(crate) fn is_over(run: &Run) -> bool {
    run.ending.is_some() && run.phases.current == Phase::Ended
}

/// The newest run of real appliances that is not over and whose first record fits; a copied folder does not count. Newer
/// runs that may be meant as well, but cannot be read, each give a notice.
pub(crate) fn newest_unfinished(
    runs_dir: &Path,
    fits: impl Fn(&Started) -> bool,
) -> Result<(Option<RunFolder>, Vec<StartNotice>), FindError> {
    let mut passed_over = Vec::new();
    for run in journal::list_runs(runs_dir)?.into_iter().rev() {
        match wanted_run(run, &fits) {
            Ok(Some(folder)) => return Ok((Some(folder), passed_over)),
            Ok(None) => {}
            Err(notice) => passed_over.push(notice),
        }
    }
    Ok((None, passed_over))
}

/// The run, if it is the wanted one; a notice if it may be, but cannot be read.
fn wanted_run(
    run: Result<RunFolder, FindError>,
    fits: impl Fn(&Started) -> bool,
) -> Result<Option<RunFolder>, StartNotice> {
    let folder = match run {
        Ok(folder) => folder,
        // Nothing was recorded there.
        Err(FindError::Unbegun { .. }) => return Ok(None),
        Err(error) => return Err(unreadable(&error)),
    };
    // The first record before the whole journal: most runs are of other appliances, and a long
    // one takes seconds to fold.
    match first_record(&folder) {
        Ok(Some(started))
            if started.demo
                || started.imported.is_some()
                || !fits(&started)
                || started.run != *folder.id() =>
        {
            Ok(None)
        }
        Err(JournalError::Empty { .. }) => Ok(None),
        Err(error) => Err(passed_over(&folder, &error)),
        Ok(_) => match journal::read_run(&folder) {
            Ok((run, _)) => Ok((!is_over(&run)).then_some(folder)),
            Err(error) => Err(passed_over(&folder, &error)),
        },
    }
}

fn unreadable(error: &FindError) -> StartNotice {
    StartNotice {
        sentence: format!("a run is passed over: {error}"),
        short: "a newer run cannot be read and is passed over: see `drwatch runs`".to_owned(),
    }
}

fn passed_over(folder: &RunFolder, error: &JournalError) -> StartNotice {
    let id = folder.id();
    let sentence = match error {
        JournalError::Bad { record, problem, .. } => format!(
            "run {id} is passed over, as its record is damaged (record {record} {problem}); `drwatch verify {id}` \
             shows where"
        ),
        other => format!("run {id} is passed over, as `drwatch verify {id}` refuses it: {other}"),
    };
    StartNotice { sentence, short: format!("{id} is passed over, as it cannot be read: see `verify`") }
}

/// What the first record holds; `None` where it is not the start of a run.
fn first_record(folder: &RunFolder) -> Result<Option<Started>, JournalError> {
    let entry = JournalReader::open(folder)?.next().unwrap_or_else(|| Err(folder.no_record()))?;
    Ok(match entry.content {
        journal::Content::Record(record) => match record.event {
            Event::RunStarted(started) => Some(*started),
            _ => None,
        },
        journal::Content::Opaque { .. } => None,
    })
}

/// The notice of an unfinished run of the same appliances or log.
pub(crate) fn offer(runs_dir: &Path, wanted: &Wanted<'_>) -> Option<StartNotice> {
    if wanted.is_nothing() || wanted.log == Some(LogOrigin::StandardInput) {
        return None;
    }
    // A new run must not fail because an old one cannot be read.
    let (folder, _) = newest_unfinished(runs_dir, |started| wanted.is(started)).ok()?;
    let folder = folder?;
    let id = folder.id();
    Some(match RunLock::could_be_taken(&folder) {
        Err(JournalError::Locked { pid, .. }) => {
            let process = pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"));
            StartNotice {
                sentence: format!(
                    "run {id} of these appliances is being recorded by {process}; this is a second run"
                ),
                short: format!("{id} of these appliances is being recorded by {process}"),
            }
        }
        _ => StartNotice {
            sentence: format!(
                "run {id} of these appliances is unfinished; to go on with it, quit and use \
                 `drwatch watch --resume {id}`; this is a new run"
            ),
            short: format!("{id} is unfinished: `watch --resume` goes on with it"),
        },
    })
}
