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
    task::JoinSet,
};

use crate::{
    run::{
        Code, Elapsed, Event, EvidenceSource, Finding, JournalHead, Phase, Role, Run, RunId, Sequence,
        Timestamp,
    },
    settings::NoticeSettings,
};

/// Version of the JSON; raised when a reader would misread it.
pub(super) const SCHEMA: &str = "drwatch-notice-1";

const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the commands still running are waited for at the end of the watch.
const LAST_COMMANDS_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the notice of the start waits until the appliances have said who they are, and whether they are simulated.
const IDENTITY_TIMEOUT: Elapsed = Elapsed::from_secs(30);

// A command that hangs, such as a mail program without a server, must not hold up the next notice.
const MAX_RUNNING: usize = 2;

/// Commands that run or wait; beyond it notices are dropped, which is reported.
const MAX_PENDING: usize = 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    Started,
    PhaseEnded,
    Stalled,
    Alarm,
    Budget,
    LostAppliance,
    Ended,
}

impl Kind {
    /// As in the JSON.
    fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Notice {
    schema: &'static str,
    run: RunId,
    /// `None` while an appliance has not said who it is.
    simulated: Option<bool>,
    at: Timestamp,
    pub(crate) event: Kind,
    phase: &'static str,
    pub(crate) text: String,
}

impl Notice {
    fn new(run: &Run, at: Timestamp, event: Kind, text: String) -> Self {
        Self {
            schema: SCHEMA,
            run: run.started.run.clone(),
            simulated: simulated(run),
            at,
            event,
            phase: run.phases.current.name(),
            text,
        }
    }
}

/// Whether an appliance is simulated; `None` while that may still turn out.
fn simulated(run: &Run) -> Option<bool> {
    let is_known = |role| !run.takes_part(role) || run.appliance(role).identity.is_some();
    (run.is_simulated() || Role::BOTH.into_iter().all(is_known)).then(|| run.is_simulated())
}

/// A notice as the command gets it.
#[derive(Serialize)]
struct Sent<'n> {
    #[serde(flatten)]
    notice: &'n Notice,
    head: SentHead<'n>,
}

/// Where the record stands on disk. Whoever keeps it can later show that the record was not rewritten since
/// (`drwatch verify --anchor`).
#[derive(Serialize)]
struct SentHead<'n> {
    records: u64,
    sha256: &'n str,
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
        let mut notice = |event, text| notices.push(Notice::new(run, at, event, text));
        if let (Some(was), Some(is)) = (before.phase, now.phase)
            && is > was
        {
            let next = match is {
                Phase::Ended => "the test is over".to_owned(),
                // That it is used, only a person can say.
                Phase::InUse if is_restored_as_stated(run) => {
                    "the namespace is restored, as stated".to_owned()
                }
                Phase::InUse => "the namespace is restored".to_owned(),
                _ => format!("{} has begun", is.name()),
            };
            let is_cut = is == Phase::Ended
                && matches!(was, Phase::Stage1 | Phase::Stage2)
                && !run.is_stage_complete(was);
            let text = if is_cut {
                format!("The test has ended within {}, before that was complete.", was.name())
            } else {
                format!("The phase {} is over; {next}.", was.name())
            };
            notice(Kind::PhaseEnded, text);
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

fn is_restored_as_stated(run: &Run) -> bool {
    let evidence = run.phases.span(Phase::Stage2).and_then(|span| span.evidence.as_ref());
    evidence.is_some_and(|evidence| evidence.source == EvidenceSource::Attested)
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

/// What became of a notice: the record of the head that the command took, or why it took none.
pub(crate) type NoticeResult = Result<Event, String>;

/// Gives the notices: decides on the bell and runs the command.
pub(crate) struct Notifier {
    settings: NoticeSettings,
    edges: Edges,
    /// When the watch began, and in what words that is sent; `None` once it is.
    start: Option<(Timestamp, String)>,
    places: Arc<Semaphore>,
    report: mpsc::Sender<NoticeResult>,
    reports: mpsc::Receiver<NoticeResult>,
    dropped: u64,
    /// Ended with the watch, so that no command outlives it.
    commands: JoinSet<()>,
}

impl Notifier {
    pub(crate) fn new(settings: NoticeSettings, run: &Run) -> Self {
        let (report, reports) = mpsc::channel(MAX_PENDING);
        let places = Arc::new(Semaphore::new(MAX_RUNNING));
        // From the run as it is: a continued run does not give its old notices again.
        let commands = JoinSet::new();
        let edges = Edges::of(run);
        Self { settings, edges, start: None, places, report, reports, dropped: 0, commands }
    }

    /// The notices of what has come to be; each is given by [`Self::send`].
    pub(crate) fn due(&mut self, run: &Run, at: Timestamp) -> Vec<Notice> {
        self.edges.since(run, at)
    }

    /// Whether the bell rings for a notice.
    pub(crate) const fn rings(&self) -> bool {
        self.settings.bell
    }

    /// Whether the start waits to be sent.
    pub(crate) const fn has_start(&self) -> bool {
        self.start.is_some()
    }

    /// Whether a command gets the notices.
    pub(crate) const fn has_command(&self) -> bool {
        self.settings.command.is_some()
    }

    /// The watch has begun, or goes on. No bell rings, as somebody has just begun it.
    pub(crate) fn begin(&mut self, run: &Run, at: Timestamp) {
        let text = match run.last {
            Sequence(0) => format!("The watch of run {} has begun.", run.started.run),
            _ => format!("The watch of run {} goes on.", run.started.run),
        };
        self.start = Some((at, text)).filter(|_| self.has_command());
    }

    /// Whether that start is to be sent by now: it is known whether it is that of a rehearsal, or it waits no longer.
    pub(crate) fn is_start_due(&self, run: &Run, now: Timestamp) -> bool {
        let is_late = |at: Timestamp| now.since(at) >= IDENTITY_TIMEOUT;
        self.start.as_ref().is_some_and(|(at, _)| simulated(run).is_some() || is_late(*at))
    }

    /// Sends it, where it was not sent before.
    pub(crate) fn send_start(&mut self, run: &Run, head: &JournalHead) {
        if let Some((at, text)) = self.start.take() {
            self.send(&[Notice::new(run, at, Kind::Started, text)], head);
        }
    }

    /// The record is closed.
    pub(crate) fn send_end(&mut self, run: &Run, at: Timestamp, head: &JournalHead) {
        let text = format!("The watch of run {} has ended.", run.started.run);
        self.send(&[Notice::new(run, at, Kind::Ended, text)], head);
    }

    /// Starts the command for each notice. `head` is what is on disk for good: it must not be lost with the machine
    /// after it was sent.
    pub(crate) fn send(&mut self, notices: &[Notice], head: &JournalHead) {
        let Some(command) = self.settings.command.clone() else { return };
        for notice in notices {
            let head = SentHead { records: head.records, sha256: &head.head };
            self.start(command.clone(), &Sent { notice, head });
        }
    }

    /// Waits until the commands have ended, but not for long; why one failed, or was ended.
    pub(crate) async fn wait_for_commands(&mut self) -> Vec<String> {
        let commands = &mut self.commands;
        let ended = async { while commands.join_next().await.is_some() {} };
        // Ready at once where there is none, so that the paused time of a demo does not advance.
        let in_time = tokio::time::timeout(LAST_COMMANDS_TIMEOUT, ended).await.is_ok();
        let mut failures: Vec<_> = self.results().into_iter().filter_map(Result::err).collect();
        if !in_time {
            let seconds = LAST_COMMANDS_TIMEOUT.as_secs();
            failures.push(format!("the notice command still runs {seconds} s after the end, and is ended"));
        }
        failures
    }

    /// What became of the notices since the last call; a failure is one sentence.
    pub(crate) fn results(&mut self) -> Vec<NoticeResult> {
        let mut results: Vec<_> = std::iter::from_fn(|| self.reports.try_recv().ok()).collect();
        let dropped = std::mem::take(&mut self.dropped);
        if dropped > 0 {
            results.push(Err(format!("{dropped} notices were given up: too many commands wait already")));
        }
        results
    }

    fn start(&mut self, command: Vec<String>, sent: &Sent<'_>) {
        // Those that have ended are no longer waited for.
        while self.commands.try_join_next().is_some() {}
        let Ok(json) = serde_json::to_vec(sent) else { return };
        let report = self.report.clone();
        // The place in the channel is taken before the command starts, so that its result can always be
        // reported.
        let Ok(place) = report.try_reserve_owned() else {
            self.dropped += 1;
            return;
        };
        let places = Arc::clone(&self.places);
        let taken = Event::HeadSent {
            notice: sent.notice.event.name(),
            records: sent.head.records,
            sha256: sent.head.sha256.to_owned(),
        };
        self.commands.spawn(async move {
            // Never an error: the semaphore is never closed.
            let Ok(_running) = places.acquire().await else { return };
            let result = run_command(&command, json).await;
            place.send(
                result.map(|()| taken).map_err(|reason| format!("the notice command failed: {reason}")),
            );
        });
    }
}

/// Why the notice command did not take a notice.
#[derive(Debug, Error)]
pub(crate) enum CommandError {
    #[error("it is empty")]
    Empty,
    #[error("the notice cannot be written as JSON: {0}")]
    Form(serde_json::Error),
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
pub(super) async fn run_command(command: &[String], mut json: Vec<u8>) -> Result<(), CommandError> {
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
