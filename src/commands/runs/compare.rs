//! `compare`: runs side by side.

use std::collections::BTreeSet;

use super::list::page;
use crate::{
    cli::CompareArgs,
    commands::command_line::{
        messages::{say_as_is, say_json},
        options::runs_dir,
        stop::Stop,
    },
    journal::{self, JournalError, RunFolder},
    report::{self, RecordedRun},
    run::{self, Event, Exit, Phase},
};

pub(in crate::commands) fn compare(arguments: &CompareArgs) -> Result<Exit, Stop> {
    let runs_dir = runs_dir(&arguments.runs)?;
    let folders = arguments.names.iter().map(|name| journal::find_run(&runs_dir, name));
    let folders = folders.collect::<Result<Vec<_>, _>>().map_err(Stop::usage)?;
    let runs = folders.iter().map(recorded).collect::<Result<Vec<_>, _>>().map_err(Stop::failed)?;
    let comparison = report::compare(&runs);
    if arguments.json {
        let json = serde_json::to_string_pretty(&comparison).map_err(Stop::failed)?;
        say_json(&(json + "\n"))?;
    } else {
        say_as_is(&report::comparison_text(&comparison, page()))?;
    }
    Ok(Exit::Done)
}

pub(super) fn recorded(folder: &RunFolder) -> Result<RecordedRun, JournalError> {
    let (mut threads, mut before) = (BTreeSet::new(), None);
    let (run, report) = journal::read_run_by(folder, |run, record| match run.phase() {
        Phase::Prepare => before = run.thread_count(),
        Phase::Stage1 => {
            if let Event::ThreadsRead(answer) = &record.event {
                threads.extend(answer.reading.known());
            }
        }
        Phase::Stage2 | Phase::InUse | Phase::Ended => {}
    })?;
    // Where nothing was read in stage 1, what was read before it holds.
    if threads.is_empty() {
        threads.extend(before);
    }
    let summary = run::summarise(&run, run.last_at, report.head);
    Ok(RecordedRun { name: folder.id().0.clone(), summary, rates: run.download.rates, threads })
}
