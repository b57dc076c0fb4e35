//! The commands that read what was recorded: `runs`, `report`, `compare`, `verify`.

mod compare;
mod difference;
mod list;
mod redacted;
mod series;
#[cfg(test)]
mod tests;
pub(super) mod verify;

pub(super) use self::{compare::compare, list::runs};

use super::command_line::{
    messages::{say, say_json},
    options::folder,
    stop::Stop,
};
use crate::{
    cli::{ReportArgs, ReportFormat, RunArgs},
    report,
    run::Exit,
};

pub(in crate::commands) fn report(arguments: &ReportArgs) -> Result<Exit, Stop> {
    let folder = folder(&arguments.run)?;
    let output = arguments.output.as_deref().filter(|path| path.as_os_str() != "-");
    let read = || redacted::read(&folder, arguments.redact);
    let text = match arguments.format {
        ReportFormat::Md => report::markdown(&read()?.summary()),
        ReportFormat::Json => report::json(&read()?.summary()).map_err(Stop::failed)?,
        // No name is in it to be redacted.
        ReportFormat::Csv => return series::series(&folder, output).map(|()| Exit::Done),
    };
    let say = if arguments.format == ReportFormat::Json { say_json } else { say };
    match output {
        Some(path) => std::fs::write(path, text).map_err(|error| series::unwritten(path, &error))?,
        None => say(&text)?,
    }
    Ok(Exit::Done)
}

pub(in crate::commands) fn verify_run(arguments: &RunArgs) -> Result<Exit, Stop> {
    let folder = folder(arguments)?;
    let sound = verify::verify(&folder).map_err(Stop::failed)?;
    say(&format!("{}: {sound}\n", folder.id()))?;
    Ok(Exit::Done)
}
