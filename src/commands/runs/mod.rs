//! The commands that read what was recorded: `runs`, `report`, `verify`.

mod difference;
pub(super) mod verify;

use super::command_line::{
    messages::{complain, say, say_json},
    options::{folder, runs_dir, summary},
    stop::Stop,
};
use crate::{
    cli::{ReportArgs, ReportFormat, RunArgs, RunsArgs},
    journal, report,
    run::Exit,
};

pub(in crate::commands) fn runs(arguments: &RunsArgs) -> Result<Exit, Stop> {
    let runs_dir = runs_dir(&arguments.runs)?;
    let folders = journal::list_runs(&runs_dir).map_err(Stop::usage)?;
    if folders.is_empty() {
        complain(&format!(
            "no run is recorded in {}; `drwatch demo` or `drwatch watch` makes one, --runs-dir names another place",
            runs_dir.display()
        ));
    }
    for folder in folders {
        let read = folder.map_err(|error| error.to_string()).and_then(|folder| {
            let summary = summary(&folder).map_err(|error| error.to_string())?;
            Ok((folder.id().0.clone(), summary, journal::is_being_recorded(&folder)))
        });
        let line = match read {
            Ok((name, summary, is_live)) if arguments.json => report::listed_json(&name, &summary, is_live),
            Ok((name, summary, is_live)) => report::listed(&name, &summary, is_live),
            // One bad record must not hide the others.
            Err(error) => {
                complain(&error);
                continue;
            }
        };
        if arguments.json { say_json(&line)? } else { say(&line)? }
    }
    Ok(Exit::Done)
}

pub(in crate::commands) fn report(arguments: &ReportArgs) -> Result<Exit, Stop> {
    let folder = folder(&arguments.run)?;
    let summary = summary(&folder).map_err(Stop::failed)?;
    let text = match arguments.format {
        ReportFormat::Md => report::markdown(&summary),
        ReportFormat::Json => report::json(&summary).map_err(Stop::failed)?,
    };
    let say = if arguments.format == ReportFormat::Json { say_json } else { say };
    match &arguments.output {
        Some(path) if path.as_os_str() != "-" => std::fs::write(path, text).map_err(|error| Stop {
            text: format!(
                "the report cannot be written to {}: {error}; name a file in a folder that can be written with -o",
                path.display()
            ),
            exit: Exit::Failed,
        })?,
        _ => say(&text)?,
    }
    Ok(Exit::Done)
}

pub(in crate::commands) fn verify_run(arguments: &RunArgs) -> Result<Exit, Stop> {
    let folder = folder(arguments)?;
    let sound = verify::verify(&folder).map_err(Stop::failed)?;
    say(&format!("{}: {sound}\n", folder.id()))?;
    Ok(Exit::Done)
}
