//! Notices for an engineer who is not looking: the terminal's bell, and a command of the settings that gets the event
//! as JSON. Each notice is given once, when its event comes to be.

use std::{
    io,
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use process_wrap::tokio::{CommandWrap, ProcessSession};
use serde::Serialize;
use thiserror::Error;
use tokio::{
    io::AsyncWriteExt as _,
    sync::{Semaphore, mpsc},
};

use crate::{
    run::{Code, Finding, Phase, Role, Run, RunId, Sequence, Timestamp},
    settings::NoticeSettings,
};

/// Version of the JSON; raised when a reader would misread it.
const SCHEMA: &str = "drwatch-notice-1";

const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

// A command that hangs, such as a mail program without a server, must not hold up the next notice.
const MAX_RUNNING: usize = 2;

/// Commands that run or wait; beyond it notices are dropped, which is reported.
const MAX_PENDING: usize = 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    PhaseEnded,
    Stalled,
    Alarm,
    Budget,
    LostAppliance,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Notice {
    schema: &'static str,
    run: RunId,
    simulated: bool,
    at: Timestamp,
    pub(crate) event: Kind,
    phase: &'static str,
    pub(crate) text: String,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Edges {
    phase: Option<Phase>,
    alarm: Option<Sequence>,
    budget: u8,
    stalled: bool,
    lost: [bool; 2],
}

impl Edges {
    /// The state of `run` as already noticed.
    pub(crate) fn of(run: &Run) -> Self {
        let lost = |role| run.open_findings().any(|finding| is(finding, Code::ApplianceLost, Some(role)));
        Self {
            phase: Some(run.phases.current),
            alarm: alarms(run).map(|alarm| alarm.record).max(),
            budget: run.reported.budget_percent,
            stalled: run.reported.stalled.is_some(),
            lost: [lost(Role::Primary), lost(Role::Dr)],
        }
    }

    /// The notices of what has come to be since the last call.
    pub(crate) fn since(&mut self, run: &Run, at: Timestamp) -> Vec<Notice> {
        let now = Self::of(run);
        let before = std::mem::replace(self, now.clone());
        let mut notices = Vec::new();
        let mut notice = |event, text: String| {
            notices.push(Notice {
                schema: SCHEMA,
                run: run.started.run.clone(),
                simulated: run.is_simulated(),
                at,
                event,
                phase: run.phases.current.name(),
                text,
            });
        };
        if let (Some(was), Some(is)) = (before.phase, now.phase)
            && is > was
        {
            notice(Kind::PhaseEnded, format!("The phase {} is over; {} has begun.", was.name(), is.name()));
        }
        for alarm in alarms(run).filter(|alarm| before.alarm.is_none_or(|seen| alarm.record > seen)) {
            notice(Kind::Alarm, alarm.text.clone());
        }
        if now.stalled && !before.stalled {
            notice(Kind::Stalled, text_of(run, Code::Stalled, None, "Stage 1 downloads nothing."));
        }
        if now.budget > before.budget {
            let words = format!("{} % of the pause budget are used.", now.budget);
            notice(Kind::Budget, text_of(run, Code::PauseBudget, None, &words));
        }
        for (role, (now, before)) in
            [Role::Primary, Role::Dr].into_iter().zip(now.lost.into_iter().zip(before.lost))
        {
            if now && !before {
                let words = format!("No answer from the {role}.");
                notice(Kind::LostAppliance, text_of(run, Code::ApplianceLost, Some(role), &words));
            }
        }
        notices
    }
}

fn is(finding: &Finding, code: Code, role: Option<Role>) -> bool {
    finding.code == code && role.is_none_or(|role| finding.role == Some(role))
}

fn text_of(run: &Run, code: Code, role: Option<Role>, otherwise: &str) -> String {
    let finding = run.open_findings().find(|finding| is(finding, code, role));
    finding.map_or_else(|| otherwise.to_owned(), |finding| finding.text.clone())
}

/// Alarms raised while drwatch watched; those from before are only information.
fn alarms(run: &Run) -> impl Iterator<Item = &Finding> {
    let grave = crate::run::FindingSeverity::Attention;
    run.findings.iter().filter(move |finding| finding.code == Code::Alarm && finding.severity >= grave)
}

/// Gives the notices: decides on the bell and runs the command.
pub(crate) struct Notifier {
    settings: NoticeSettings,
    edges: Edges,
    places: Arc<Semaphore>,
    failures: mpsc::Sender<String>,
    failed: mpsc::Receiver<String>,
    dropped: u64,
}

impl Notifier {
    pub(crate) fn new(settings: NoticeSettings, run: &Run) -> Self {
        let (failures, failed) = mpsc::channel(MAX_PENDING);
        let places = Arc::new(Semaphore::new(MAX_RUNNING));
        // From the run as it is: a continued run does not give its old notices again.
        Self { settings, edges: Edges::of(run), places, failures, failed, dropped: 0 }
    }

    /// Starts the command for what has come to be; whether the bell has to ring.
    pub(crate) fn notify(&mut self, run: &Run, at: Timestamp) -> bool {
        let notices = self.edges.since(run, at);
        if let Some(command) = self.settings.command.clone() {
            for notice in &notices {
                self.start(command.clone(), notice);
            }
        }
        self.settings.bell && !notices.is_empty()
    }

    /// Why a command failed, one sentence each, since the last call.
    pub(crate) fn failures(&mut self) -> Vec<String> {
        let mut failures: Vec<_> = std::iter::from_fn(|| self.failed.try_recv().ok()).collect();
        let dropped = std::mem::take(&mut self.dropped);
        if dropped > 0 {
            failures.push(format!("{dropped} notices were given up: too many commands wait already"));
        }
        failures
    }

    fn start(&mut self, command: Vec<String>, notice: &Notice) {
        let Ok(json) = serde_json::to_vec(notice) else { return };
        let failures = self.failures.clone();
        // The place in the channel is taken before the command starts, so that its failure can always be
        // reported.
        let Ok(place) = failures.try_reserve_owned() else {
            self.dropped += 1;
            return;
        };
        let places = Arc::clone(&self.places);
        tokio::spawn(async move {
            // Never an error: the semaphore is never closed.
            let Ok(_running) = places.acquire().await else { return };
            if let Err(reason) = run_command(&command, json).await {
                place.send(format!("the notice command failed: {reason}"));
            }
        });
    }
}

#[derive(Debug, Error)]
enum CommandError {
    #[error("it is empty")]
    Empty,
    #[error("`{program}` cannot be run: {source}")]
    Start { program: String, source: io::Error },
    #[error("`{program}` ended with {status}")]
    Status { program: String, status: ExitStatus },
    #[error("`{program}` cannot be waited for: {source}")]
    Wait { program: String, source: io::Error },
    #[error("`{program}` took longer than {} s and was ended", COMMAND_TIMEOUT.as_secs())]
    Timeout { program: String },
}

/// Runs `command` without a shell or a terminal, `json` on its standard input.
async fn run_command(command: &[String], mut json: Vec<u8>) -> Result<(), CommandError> {
    let (program, arguments) = command.split_first().ok_or(CommandError::Empty)?;
    let program = program.clone();
    json.push(b'\n');
    let mut wrapped = CommandWrap::with_new(&program, |command| {
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // The tasks are dropped with the runtime, so that no command outlives the watch.
            .kill_on_drop(true);
    });
    // setsid(2): without a controlling terminal the command cannot take keys or ask there for a password.
    let mut child = match wrapped.wrap(ProcessSession).spawn() {
        Ok(child) => child,
        Err(source) => return Err(CommandError::Start { program, source }),
    };
    let input = child.stdin().take();
    let finished = async {
        // The input is closed at the end of this block: a command that reads to the end would wait for it.
        if let Some(mut input) = input {
            // An error here is a program that does not read its input, which it need not.
            drop(input.write_all(&json).await);
        }
        child.wait().await
    };
    match tokio::time::timeout(COMMAND_TIMEOUT, finished).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(CommandError::Status { program, status }),
        Ok(Err(source)) => Err(CommandError::Wait { program, source }),
        Err(_) => {
            // Kills the whole process session, not only the program itself.
            drop(child.start_kill());
            Err(CommandError::Timeout { program })
        }
    }
}

#[cfg(test)]
mod tests;
