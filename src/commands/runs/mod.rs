//! The commands that read what was recorded: `runs`, `report`, `compare`, `verify`; and `findings`, which adds to it what
//! is done about them. What signatures and heads kept elsewhere add to `verify` is in `proof`.

mod compare;
mod difference;
mod findings;
mod list;
mod proof;
mod recorded;
mod redacted;
mod series;
#[cfg(test)]
mod tests;
pub(super) mod verify;

pub(super) use self::{compare::compare, findings::findings, list::runs};

use self::proof::ProofQuestion;
use super::command_line::{
    messages::{say, say_json},
    options::{folder, runs_dir},
    stop::Stop,
};
use crate::{
    cli::{ReportArgs, ReportFormat, VerifyArgs},
    journal, report,
    run::Exit,
};

pub(in crate::commands) fn report(arguments: &ReportArgs) -> Result<Exit, Stop> {
    let folder = folder(&arguments.run)?;
    let output = arguments.output.as_deref().filter(|path| path.as_os_str() != "-");
    if let Some(path) = output.filter(|path| journal::is_of_record(path)) {
        let path = path.display();
        return Err(Stop {
            text: format!(
                "{path} is a file of a run's record and is not written over; name another one with -o"
            ),
            exit: Exit::Usage,
        });
    }
    if arguments.format == ReportFormat::Csv {
        // No name is in it to be redacted.
        return series::series(&folder, output).map(|()| Exit::Done);
    }
    let runs_dir = runs_dir(&arguments.run.runs)?;
    let report = recorded::report(&folder, &runs_dir, arguments.redact).map_err(Stop::failed)?;
    let text = match arguments.format {
        ReportFormat::Md => report::markdown(&report),
        ReportFormat::Json => report::json(&report.summary).map_err(Stop::failed)?,
        ReportFormat::Html => report::html(&report).map_err(Stop::failed)?,
        ReportFormat::Csv => String::new(),
    };
    let say = if arguments.format == ReportFormat::Json { say_json } else { say };
    match output {
        Some(path) => std::fs::write(path, text).map_err(|error| series::unwritten(path, &error))?,
        None => say(&text)?,
    }
    Ok(Exit::Done)
}

pub(in crate::commands) fn verify_run(arguments: &VerifyArgs) -> Result<Exit, Stop> {
    let question = ProofQuestion::read(arguments)?;
    let folder = folder(&arguments.run)?;
    let sound = verify::verify(&folder).map_err(Stop::failed)?;
    let proof = question.answer(&folder)?;
    let sound = if proof.covers_all() { sound.signed() } else { sound };
    say(&format!("{}: {sound}\n{proof}", folder.id()))?;
    proof.fault().map_or(Ok(Exit::Done), |fault| Err(Stop::failed(fault)))
}
