//! The commands that read what was recorded: `runs`, `report`, `compare`, `verify`.

mod compare;
mod difference;
mod list;
mod recorded;
pub(super) mod verify;

pub(super) use self::{compare::compare, list::runs};

use super::command_line::{
    messages::{say, say_json},
    options::{folder, runs_dir},
    stop::Stop,
};
use crate::{
    cli::{ReportArgs, ReportFormat, RunArgs},
    report,
    run::Exit,
};

pub(in crate::commands) fn report(arguments: &ReportArgs) -> Result<Exit, Stop> {
    let folder = folder(&arguments.run)?;
    let report = recorded::report(&folder, &runs_dir(&arguments.run.runs)?).map_err(Stop::failed)?;
    let text = match arguments.format {
        ReportFormat::Md => report::markdown(&report),
        ReportFormat::Json => report::json(&report.summary).map_err(Stop::failed)?,
        ReportFormat::Html => report::html(&report).map_err(Stop::failed)?,
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
