//! The commands that read what was recorded: `runs`, `report`, `compare`, `verify`; and `findings`, which adds to it what
//! is done about them. What signatures and heads kept elsewhere add to `verify` is in `proof`.

mod compare;
mod difference;
mod findings;
mod list;
mod proof;
pub(super) mod verify;

pub(super) use self::{compare::compare, findings::findings, list::runs};

use self::proof::ProofQuestion;
use super::command_line::{
    messages::{say, say_json},
    options::{folder, summary},
    stop::Stop,
};
use crate::{
    cli::{ReportArgs, ReportFormat, VerifyArgs},
    report,
    run::Exit,
};

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

pub(in crate::commands) fn verify_run(arguments: &VerifyArgs) -> Result<Exit, Stop> {
    let question = ProofQuestion::read(arguments)?;
    let folder = folder(&arguments.run)?;
    let sound = verify::verify(&folder).map_err(Stop::failed)?;
    let proof = question.answer(&folder)?;
    say(&format!("{}: {sound}\n{proof}", folder.id()))?;
    proof.fault().map_or(Ok(Exit::Done), |fault| Err(Stop::failed(fault)))
}
