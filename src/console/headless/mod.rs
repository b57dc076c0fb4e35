//! The front without a screen: one readable line per noteworthy change, or the journal's own lines.

mod people;

use std::io::{self, Write};

use self::people::serialised;
use super::lines::LineSink;
use crate::{
    run::{
        ActionState, Backlog, Code, Elapsed, Event, Finding, Identity, Known, Link, Phase, Prediction,
        Reading, Record, Role, Run, Sequence, Summary, TimerEvent, stage_2,
    },
    text,
};

/// What of the run has been printed; a change of it is printed again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Seen {
    phase: Option<Phase>,
    replication: Option<Known>,
    /// How far production is protected again.
    protection: Option<&'static str>,
    /// The last record; a finding that a later one opens is new.
    record: Option<Sequence>,
    /// Findings that were not closed, in the order of the run.
    unclosed: Vec<FindingId>,
    tenth: Option<u64>,
    downloaded: Option<u64>,
    service: Option<String>,
    primary: Option<String>,
    dr: Option<String>,
}

/// What stays the same of a finding. Its position does not: a full list drops old closed findings.
type FindingId = (Code, Option<Role>, Sequence);

const fn id(finding: &Finding) -> FindingId {
    (finding.code, finding.role, finding.record)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Lines,
    Json,
}

impl Style {
    /// The line about lines that the reader was too slow for.
    pub(crate) fn of_dropped(self) -> fn(u64) -> String {
        match self {
            Self::Lines => |count| {
                format!("{count} lines were left out here, as nobody read them; the record holds them\n")
            },
            Self::Json => |count| format!("{{\"kind\":\"left_out\",\"lines\":{count}}}\n"),
        }
    }
}

pub(crate) struct Headless {
    style: Style,
    out: LineSink,
}

impl Headless {
    pub(crate) const fn new(style: Style, out: LineSink) -> Self {
        Self { style, out }
    }

    pub(crate) fn transcript(&self) -> Transcript {
        Transcript::new(self.style)
    }

    /// Prints a text of the transcript.
    pub(crate) fn print(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// Whether the closing text is printed by [`Self::finish`].
    pub(crate) fn says_closing(&self) -> bool {
        self.style == Style::Lines
    }

    /// Prints the summary that closes the output.
    pub(crate) fn finish(&mut self, summary: &Summary, closing: &str) -> io::Result<()> {
        match self.style {
            Style::Lines => self.out.write_all(text::lines(closing).as_bytes())?,
            Style::Json => {
                let mut value = serde_json::to_value(summary).map_err(io::Error::other)?;
                if let Some(object) = value.as_object_mut() {
                    // Every line of the journal has a kind; by its own, a reader distinguishes the summary
                    // from them.
                    object.insert("kind".to_owned(), "summary".into());
                }
                self.out.write_all(format!("{}\n", text::json(&value.to_string())).as_bytes())?;
            }
        }
        self.out.flush()
    }
}

/// Turns records into the text that is printed of them. It sees the run as of each record, so that the text is the
/// same whenever it is written.
pub(crate) struct Transcript {
    style: Style,
    seen: Seen,
}

impl Transcript {
    pub(crate) fn new(style: Style) -> Self {
        Self { style, seen: Seen::default() }
    }

    /// Whole lines about what a record changed, harmless to any output. `line` is the record as it stands in the
    /// journal.
    pub(crate) fn text(&mut self, record: &Record, line: &str, run: &Run) -> Option<String> {
        match self.style {
            // Chunks come every second and hold no news. A record that was dropped has no line.
            Style::Json if matches!(record.event, Event::LogChunk { .. }) || line.is_empty() => None,
            Style::Json => Some(format!("{}\n", text::json(line))),
            Style::Lines => {
                let stamp = record.at.utc().format("%Y-%m-%d %H:%M:%SZ").to_string();
                let sentences = self.sentences(record, run).into_iter();
                let lines: Vec<_> =
                    sentences.map(|sentence| format!("{stamp}  {}\n", text::line(&sentence))).collect();
                (!lines.is_empty()).then(|| lines.concat())
            }
        }
    }

    fn sentences(&mut self, record: &Record, run: &Run) -> Vec<String> {
        let mut lines: Vec<String> = sentence(&record.event, run).into_iter().collect();
        let before = std::mem::take(&mut self.seen);
        let phase = format!("phase: {}", run.phases.current.name());
        let mut now = Seen {
            phase: Some(run.phases.current),
            replication: Some(run.replication.state),
            protection: protection(run),
            record: Some(record.seq),
            unclosed: run.findings.iter().filter(|finding| finding.closed_at.is_none()).map(id).collect(),
            tenth: tenth(run),
            downloaded: before.downloaded,
            service: service(run),
            // An attempt to connect leaves the last words in place, so that failing again for the same reason
            // is no news.
            primary: link(&run.primary.link).or(before.primary.clone()),
            dr: link(&run.dr.link).or(before.dr.clone()),
        };
        for (subject, words, last) in [
            ("primary", &now.primary, &before.primary),
            ("DR appliance", &now.dr, &before.dr),
            ("service on the DR appliance", &now.service, &before.service),
        ] {
            if let Some(words) = words.as_ref().filter(|_| words != last) {
                lines.push(format!("{subject}: {words}"));
            }
        }
        if now.replication != before.replication && now.replication != Some(Known::Unknown) {
            lines.push(format!("replication on the primary: {}", serialised(&run.replication.state)));
        }
        if let Some(words) = now.protection.filter(|_| now.protection != before.protection) {
            lines.push(words.to_owned());
        }
        if now.phase != before.phase {
            lines.push(phase.clone());
        }
        let is_final = run.phases.current > Phase::Stage1 && now.tenth.is_some();
        if let (Some(downloaded), Some(expected)) = (run.download.downloaded(), run.expected())
            && (now.tenth > before.tenth || is_final)
            && before.downloaded != Some(downloaded.0)
        {
            now.downloaded = Some(downloaded.0);
            lines.push(format!("downloaded {downloaded} of {expected} metadata objects"));
        }
        // Newest first, so that a long list is not searched for each record.
        let is_new = |finding: &&Finding| before.record.is_none_or(|last| finding.record > last);
        let opened: Vec<_> = run.findings.iter().rev().take_while(is_new).collect();
        for finding in opened.into_iter().rev() {
            lines.push(format!("finding opened ({}): {}", serialised(&finding.severity), finding.text));
        }
        // None opens again, and new ones come last: both lists have the same order.
        let mut unclosed = now.unclosed.iter().peekable();
        for finding in &before.unclosed {
            if unclosed.next_if_eq(&finding).is_some() {
                continue;
            }
            let (code, role, _) = *finding;
            // One that grew worse or milder goes on as another.
            let goes_on = run.open_findings().any(|open| open.code == code && open.role == role);
            if !goes_on {
                lines.push(format!("finding closed: {code}"));
            }
        }
        if before.phase.is_none() && matches!(record.event, Event::RunContinued { .. }) {
            // What was so before the interruption is no news, but a reader of these lines has to know the phase.
            lines.truncate(1);
            lines.push(phase);
        }
        self.seen = now;
        lines
    }
}

/// Tenths of the download done, so that progress is a dozen lines and not a flood.
fn tenth(run: &Run) -> Option<u64> {
    let downloaded = run.download.downloaded()?;
    let expected = run.listing.as_ref()?.listing.expected()?;
    if run.download.was_reset()
        || run.uncounted_from().is_some()
        || expected.0 == 0
        || run.phases.current < Phase::Stage1
    {
        return None;
    }
    Some(downloaded.0.saturating_mul(10) / expected.0)
}

/// What is known of production after a pause, where the primary names a backlog. Its size changes with each reading, which
/// would be a flood of lines.
fn protection(run: &Run) -> Option<&'static str> {
    let recovery = run.replication.intervals.last()?.recovery.as_ref()?;
    match recovery.backlog {
        Backlog::Waiting(_) => Some("what production wrote during the pause is still to be sent"),
        Backlog::Gone(_) => Some("production is protected again: nothing is left to send"),
        Backlog::NotNamed | Backlog::Awaited => None,
    }
}

fn service(run: &Run) -> Option<String> {
    use crate::run::ServiceState as S;
    match &run.dr.service.as_ref()?.reading {
        Reading::Known(S::Stopped) => Some("stopped".to_owned()),
        Reading::Known(S::Busy(words) | S::Running(words)) => Some(words.clone()),
        Reading::ServiceDown => Some("down".to_owned()),
        Reading::Unreadable => Some("unreadable".to_owned()),
        Reading::Refused(words) => Some(format!("refused ({words})")),
    }
}

/// What is worth a line of a connection: that it stands, or why not. An attempt is none: while an
/// appliance is away there are many.
fn link(link: &Link) -> Option<String> {
    match link {
        Link::Absent | Link::Connecting => None,
        Link::Connected => Some("connected".to_owned()),
        Link::Waiting { reason, .. } => Some(format!("{reason}; trying again")),
        Link::Stopped { reason } => Some(format!(
            "{reason}; it is not tried again by itself: mend that, end this watch and go on with `drwatch watch --resume`"
        )),
    }
}

/// When the stage may end; in stage 2 also how long it took in past runs.
fn predicted(prediction: &Prediction, run: &Run) -> String {
    let phase = prediction.phase.name();
    let end = prediction.end.map(|end| {
        let times = [end.likely, end.earliest, end.latest].map(text::iso);
        format!("{phase} may end about {}, between {} and {}", times[0], times[1], times[2])
    });
    let past = stage_2(run, run.last_at).filter(|_| prediction.phase == Phase::Stage2);
    let since = past.as_ref().and_then(|past| past.elapsed).map(|elapsed| format!(" for {elapsed}"));
    let silence =
        past.as_ref().and_then(|past| past.longest_silence).map(|silence| format!("log: {silence}"));
    let past = past.map(|past| format!("{phase}{}: {past}", since.unwrap_or_default()));
    past.into_iter().chain(end).chain(silence).collect::<Vec<_>>().join("; ")
}

fn identified(role: Role, identity: &Identity, run: &Run) -> String {
    let part = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".to_owned());
    let simulated = if identity.simulated && !run.started.demo {
        "; it is simulated by drwatch, and this run is a REHEARSAL"
    } else {
        ""
    };
    format!("{role} is {}, release {}{simulated}", part(&identity.hostname), part(&identity.release))
}

/// The sentence for an event that is noteworthy in itself.
fn sentence(event: &Event, run: &Run) -> Option<String> {
    Some(match event {
        Event::RunStarted(started) => {
            let kind = if started.demo { "simulated run" } else { "run" };
            format!("{kind} {} recorded by {}", started.run, started.recorder)
        }
        Event::RunContinued { recorder, held: None, .. } => {
            format!("recording of run {} goes on, by {recorder}", run.started.run)
        }
        Event::RunContinued { held: Some(reason), .. } => format!("watching again: {reason}"),
        Event::OwnClock { behind } if *behind > Elapsed::ZERO => {
            format!("the clock of this machine was set back; it is {behind} behind the record now")
        }
        Event::OwnClock { .. } => "the clock of this machine agrees with the record again".to_owned(),
        Event::Identified { role, identity, .. } => identified(*role, identity, run),
        Event::ListingStarted { .. } => "bucket listing started".to_owned(),
        Event::ListingRead { listing, took, .. } => format!(
            "bucket {}: {} entries, {} metadata objects expected (listed in {took})",
            listing.counts.name,
            listing.counts.entries,
            listing.expected().map_or_else(|| "unknown".to_owned(), |count| count.to_string()),
        ),
        Event::ListingRefused { reason, .. } => format!("bucket listing refused: {reason}"),
        Event::MarkerSeen { line, .. } => format!("log: {}", line.raw),
        Event::LogSearched(answer) => match &answer.reading {
            Reading::Known(found) => {
                format!("log searched for stage markers written before this run: {} found", found.len())
            }
            other => {
                let why = match other {
                    Reading::Refused(words) => format!("the appliance refused: {words}"),
                    _ => "no answer that can be read".to_owned(),
                };
                format!("the log was not searched for stage markers written before this run: {why}")
            }
        },
        Event::AlarmSeen { alarm, line } => format!("ALARM {alarm}: {}", line.raw),
        Event::NearMissSeen { line, .. } => format!("log, not understood: {}", line.raw),
        Event::RfsdRestarted { before, after, .. } => {
            format!("rfsd restarted: process {before}, now {after}")
        }
        Event::LogClockSetBack { line, .. } => format!("log, its clock set back: {}", line.raw),
        Event::LogGap(gap) => format!("log gap: {}", gap.reason),
        Event::LogLost { reason } => format!("the log cannot be read: {reason}"),
        Event::ActionSettled { id, state } => match state {
            ActionState::Rejected { reason } | ActionState::Unknown { reason } => {
                format!("action {id} {}: {reason}", state.word())
            }
            _ => format!("action {id} {}", state.word().replace('_', " ")),
        },
        Event::ActionRefused { action, reason, .. } => format!("refused to {action}: {reason}"),
        Event::RecordHole { records, reason, .. } => match records {
            0 => format!("the disk takes records again; what was held in memory is written ({reason})"),
            lost => format!("{lost} records were lost, because the disk refused them: {reason}"),
        },
        Event::Due(TimerEvent::BudgetUsed { percent }) => {
            format!("{percent} % of the time that replication may be paused is used")
        }
        Event::Predicted(prediction) => predicted(prediction, run),
        Event::PreflightJudged { verdict, .. } => {
            format!("pre-flight: {}", verdict.word())
        }
        Event::Exported { files, .. } => format!("written: {}", files.join(", ")),
        Event::BaselineTaken { .. }
        | Event::MarkersClaimed { .. }
        | Event::NamesConfirmed { .. }
        | Event::ActionRequested { .. }
        | Event::Attested { .. }
        | Event::Noted { .. }
        | Event::NoteEdited { .. }
        | Event::Acknowledged { .. }
        | Event::LeftPaused { .. }
        | Event::SignedOff { .. }
        | Event::EngineerNamed { .. }
        | Event::TestSheetStated { .. }
        | Event::TestSheetFrozen { .. }
        | Event::IssueStated { .. }
        | Event::Signed(_) => return people::sentence(event, run),
        Event::HeadSent { .. }
        | Event::CounterRead(_)
        | Event::ThreadsRead(_)
        | Event::ServiceRead { .. }
        | Event::LinkChanged { .. }
        | Event::BucketNamed { .. }
        | Event::ReplicationRead { .. }
        | Event::LogChunk { .. }
        | Event::LogFollowed
        | Event::ClockOffset { .. }
        | Event::ActionSent { .. }
        | Event::Due(
            TimerEvent::Stalled | TimerEvent::Lost { .. } | TimerEvent::NoInfoLines | TimerEvent::LogSilent,
        )
        | Event::RunEnded(_) => return None,
    })
}

#[cfg(test)]
pub(super) mod tests;
