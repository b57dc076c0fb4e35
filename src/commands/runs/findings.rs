//! `findings`: the issue register of a run, and what is stated about one of its findings.

use thiserror::Error;

use super::list::page;
use crate::{
    cli::FindingsArgs,
    commands::command_line::{
        append::append_after_end,
        messages::{say_as_is, say_json},
        options::{load, runs_dir, summary},
        stop::Stop,
    },
    journal,
    report::register_table,
    run::{Decision, Event, Exit, Issue, IssueEntry, IssueState, RunId, Sequence},
    session::record::identity::LocalIdentity,
    settings::check_text,
};

/// Why nothing can be stated about a finding.
#[derive(Debug, Error)]
enum FindingsError {
    #[error("no finding of run {run} that needs somebody is called `{code}`; there {there}")]
    UnknownCode { run: RunId, code: String, there: String },
    #[error("record {record} of run {run} opened no finding called `{code}`; {there}")]
    UnknownRecord { run: RunId, code: String, record: u64, there: String },
    #[error("nothing is stated about `{0}`; add --owner, --due, --remedy, --accept or --retest")]
    Nothing(String),
    #[error("{flag} cannot be recorded: {reason}")]
    BadText { flag: &'static str, reason: String },
}

pub(in crate::commands) fn findings(arguments: &FindingsArgs) -> Result<Exit, Stop> {
    let dir = runs_dir(&arguments.run.runs)?;
    let folder = journal::find_run(&dir, &arguments.run.run).map_err(Stop::usage)?;
    let issues = || summary(&folder).map(|summary| summary.test.issues).map_err(Stop::failed);
    let mut shown = issues()?;
    if let Some(code) = &arguments.set {
        let issue = chosen(&shown, folder.id(), code, arguments.record).map_err(Stop::usage)?;
        let retest = match &arguments.retest {
            Some(name) if !name.is_empty() => {
                Some(journal::find_run(&dir, name).map_err(Stop::usage)?.id().clone())
            }
            _ => None,
        };
        let entry = stated(arguments, code, issue, retest).map_err(Stop::usage)?;
        let engineer = match &arguments.engineer {
            Some(name) => Some(name.clone()).filter(|name| !name.is_empty()),
            None => load(None)?.engineer,
        };
        let user = LocalIdentity::of_this_process().user;
        let (code, opened) = (issue.code.clone(), issue.opened);
        append_after_end(&folder, &Event::IssueStated { code, opened, entry, user, engineer })?;
        shown = issues()?.into_iter().filter(|own| own.opened == opened && own.code == issue.code).collect();
    }
    if arguments.json {
        let json = serde_json::to_string_pretty(&shown).map_err(Stop::failed)?;
        say_json(&format!("{json}\n"))?;
    } else if shown.is_empty() {
        say_as_is("No finding of this run needs somebody.\n")?;
    } else {
        say_as_is(&register_table(&shown, page()))?;
    }
    Ok(Exit::Done)
}

/// The finding that is meant: the one of that record, or else the latest open one, or the latest.
fn chosen<'i>(
    issues: &'i [Issue],
    run: &RunId,
    code: &str,
    record: Option<u64>,
) -> Result<&'i Issue, FindingsError> {
    let named: Vec<_> = issues.iter().filter(|issue| issue.code == code).collect();
    let (run, code) = (run.clone(), code.to_owned());
    if named.is_empty() {
        let mut codes: Vec<_> = issues.iter().map(|issue| issue.code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        let there =
            if codes.is_empty() { "is none".to_owned() } else { format!("are: {}", codes.join(", ")) };
        return Err(FindingsError::UnknownCode { run, code, there });
    }
    let Some(record) = record else {
        let open = named.iter().rev().find(|issue| issue.state == IssueState::Open);
        // There is one, as the list is not empty.
        return open.or(named.last()).copied().ok_or(FindingsError::Nothing(code));
    };
    named.iter().find(|issue| issue.opened == Sequence(record)).copied().ok_or_else(|| {
        let records: Vec<_> = named.iter().map(|issue| issue.opened.to_string()).collect();
        let there = format!("records that did: {}", records.join(", "));
        FindingsError::UnknownRecord { run, code, record, there }
    })
}

/// What is stated now: what was stated before, with what the flags say. An empty flag takes a field back.
fn stated(
    arguments: &FindingsArgs,
    code: &str,
    issue: &Issue,
    retest: Option<RunId>,
) -> Result<IssueEntry, FindingsError> {
    let FindingsArgs { owner, due, remedy, accept, .. } = arguments;
    let has_text = owner.is_some() || remedy.is_some() || accept.is_some();
    if !has_text && due.is_none() && arguments.retest.is_none() {
        return Err(FindingsError::Nothing(code.to_owned()));
    }
    let checked =
        |flag, text: &str| check_text(text).map_err(|reason| FindingsError::BadText { flag, reason });
    let mut entry = issue.entry.clone();
    if let Some(owner) = owner {
        entry.owner = checked("--owner", owner)?;
    }
    if let Some(due) = due {
        entry.due = due.0;
    }
    if let Some(text) = remedy {
        entry.decision = checked("--remedy", text)?.map(|text| Decision::Remedy { text });
    }
    if let Some(text) = accept {
        entry.decision = checked("--accept", text)?.map(|text| Decision::Accept { text });
    }
    if arguments.retest.is_some() {
        entry.retest = retest;
    }
    Ok(entry)
}
