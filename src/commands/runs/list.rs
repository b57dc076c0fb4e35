//! `runs`: what is recorded, or which controls were tested when.

use std::path::Path;

use serde_json::Value;

use crate::{
    cli::RunsArgs,
    clock::Clock,
    commands::command_line::{
        messages::{complain, page_format, say_as_is, say_json},
        options::{load, runs_dir_of, summary},
        stop::Stop,
    },
    journal::{self, FindError, JournalError},
    report::{self, ListedRun, Page, Unread},
    run::{Elapsed, Exit},
};

const SECONDS_PER_DAY: u64 = 86_400;

pub(in crate::commands) fn runs(arguments: &RunsArgs) -> Result<Exit, Stop> {
    let settings = load(arguments.settings.as_deref())?;
    let runs_dir = runs_dir_of(&arguments.runs, &settings)?;
    let mut runs = recorded(&runs_dir)?;
    if runs.is_empty() {
        complain(&format!(
            "no run is recorded in {}; `drwatch demo` or `drwatch watch` makes one, --runs-dir names another place",
            runs_dir.display()
        ));
    }
    if arguments.programme {
        return programme(&runs, settings.programme.test_interval_days, arguments.json);
    }
    runs.retain(|run| !(arguments.real && run.is_rehearsal()));
    if arguments.json {
        say_list(&runs.iter().map(ListedRun::json).collect::<Vec<_>>())?;
    } else if !runs.is_empty() {
        say_as_is(&report::runs_table(&runs, page()))?;
    }
    Ok(Exit::Done)
}

fn programme(runs: &[ListedRun], interval_days: u32, as_json: bool) -> Result<Exit, Stop> {
    let interval = Elapsed::from_secs(u64::from(interval_days) * SECONDS_PER_DAY);
    let controls = report::controls(runs, interval, Clock::system().now());
    match runs.iter().filter(|run| run.summary.is_err()).count() {
        0 => {}
        1 => complain("1 run cannot be read and is left out: see `drwatch runs`"),
        unread => complain(&format!("{unread} runs cannot be read and are left out: see `drwatch runs`")),
    }
    if as_json {
        let controls =
            controls.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>().map_err(Stop::failed)?;
        say_list(&controls)?;
    } else if controls.is_empty() {
        complain("no test of real appliances is recorded; simulated and imported runs do not count");
    } else {
        say_as_is(&report::controls_table(&controls, interval_days, page()))?;
    }
    Ok(Exit::Done)
}

/// An array, an element a line.
fn say_list(list: &[Value]) -> Result<(), Stop> {
    let lines: Vec<_> = list.iter().map(Value::to_string).collect();
    say_json(&format!("[{}]\n", lines.join(",\n ")))
}

pub(super) fn page() -> Page {
    let (columns, is_coloured) = page_format();
    Page { columns, is_coloured }
}

/// All runs, the newest first.
fn recorded(runs_dir: &Path) -> Result<Vec<ListedRun>, Stop> {
    let folders = journal::named_runs(runs_dir).map_err(Stop::usage)?;
    let names: Vec<String> = folders.iter().map(|(name, _)| name.clone()).collect();
    let listed = |(name, folder): journal::NamedRun| {
        let short_name = journal::short_name(&name, &names).to_owned();
        let (is_live, summary) = match folder {
            Ok(folder) => {
                (journal::is_being_recorded(&folder), summary(&folder).map_err(|error| of_journal(&error)))
            }
            Err(error) => (false, Err(of_folder(&error))),
        };
        ListedRun { name, short_name, is_live, summary, resumed_in: None }
    };
    let mut runs: Vec<ListedRun> = folders.into_iter().map(listed).collect();
    runs.sort_by_cached_key(ListedRun::order);
    report::note_resumed(&mut runs);
    Ok(runs)
}

fn of_folder(error: &FindError) -> Unread {
    match error {
        FindError::Unbegun { .. } => Unread::Empty,
        FindError::NoJournal { remains, .. } => {
            Unread::Damaged(format!("holds no journal; what is left is {remains}"))
        }
        FindError::RunUnreadable { source, .. } => Unread::Refused(source.to_string()),
        other => Unread::Refused(other.to_string()),
    }
}

/// Without the path of the journal, which would fill a line.
fn of_journal(error: &JournalError) -> Unread {
    match error {
        JournalError::Empty { .. } => Unread::Empty,
        JournalError::Emptied { remains, .. } => {
            Unread::Damaged(format!("its journal is empty; what is left is {remains}"))
        }
        JournalError::Bad { record, problem, .. } => Unread::Damaged(format!("record {record} {problem}")),
        JournalError::Start { source, .. } => Unread::Damaged(source.to_string()),
        JournalError::Read { source, .. } => Unread::Refused(source.to_string()),
        other => Unread::Refused(other.to_string()),
    }
}
