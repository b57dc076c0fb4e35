//! Statements by hand: what is so, since when, and why no appliance can be asked.

use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use crossterm::event::{KeyCode, KeyEvent};

use crate::{
    run::{Elapsed, Known, Phase, Progress, Run, Statement, Timestamp, progress},
    screen::{
        dialogs::{Body, Content, Facts, Field, Intent, NO_REASON, Reply, Sheet, TextInput, Tone, choose},
        paint::{phase_title, statement_words},
    },
    text::time_of_day,
};

const STATEMENTS: [Statement; 8] = [
    Statement::ReplicationPaused,
    Statement::ReplicationRunning,
    Statement::DownloadBegun,
    Statement::DownloadOver,
    Statement::NamespaceOver,
    Statement::TestOver,
    Statement::RestoreFailed,
    // The last, as it is left out before the namespace is restored.
    Statement::RestoredUsable,
];

/// The statements that can be made in `phase`.
fn statements(phase: Phase) -> &'static [Statement] {
    let restored = phase == Phase::InUse;
    STATEMENTS.split_last().map_or(&STATEMENTS, |(_, others)| if restored { &STATEMENTS } else { others })
}

const TYPED_PRECISION: Elapsed = Elapsed::from_secs(60);

#[derive(Clone, Debug)]
pub(crate) enum Attest {
    /// One of the statements, once one is chosen.
    What(Option<usize>),
    When {
        statement: Statement,
        field: Field,
    },
    Why {
        statement: Statement,
        since: Timestamp,
        field: Field,
    },
}

impl Attest {
    /// The statements, that one chosen which `run` lacks. None is while the appliances can be read: two presses of Enter
    /// would then end a stage that goes on.
    pub(crate) fn of(run: &Run) -> Self {
        let is_blind = matches!(run.replication.state, Known::Unreadable | Known::Unknown);
        let is_away = run.dr.away().is_some();
        let is_counted = matches!(progress(run), Progress::AwaitingMarker { .. });
        let lacking = match run.phase() {
            Phase::Prepare => is_blind.then_some(Statement::ReplicationPaused),
            Phase::Stage1 => (is_away || is_counted).then_some(Statement::DownloadOver),
            Phase::Stage2 => is_away.then_some(Statement::NamespaceOver),
            // No appliance shows that.
            Phase::InUse => Some(Statement::TestOver),
            Phase::Ended => is_blind.then_some(Statement::ReplicationRunning),
        };
        let place = |lacking| STATEMENTS.iter().position(|statement| *statement == lacking);
        Self::What(lacking.and_then(place))
    }
}

impl Content for Attest {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        match self {
            Self::What(_) => None,
            Self::When { field, .. } | Self::Why { field, .. } => Some(&mut field.input),
        }
    }

    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        let statements = statements(facts.run.phase());
        match self {
            Self::What(chosen) => match key.code {
                KeyCode::Enter => {
                    if let Some(&statement) = chosen.and_then(|chosen| statements.get(chosen)) {
                        *self = Self::When { statement, field: Field::with("now") };
                    }
                }
                KeyCode::Char(digit @ '1'..='8') => {
                    let asked = usize::from(u8::try_from(digit).unwrap_or(b'1') - b'1');
                    *chosen = Some(asked).filter(|asked| *asked < statements.len()).or(*chosen);
                }
                _ => {
                    let mut index = chosen.unwrap_or(0);
                    if choose(&mut index, statements.len(), key) {
                        // The first key shows where the choice is.
                        *chosen = Some(chosen.map_or(0, |_| index));
                    }
                }
            },
            Self::When { statement, field } => {
                if field.submits(key) {
                    let since = instant(field.input.trimmed(), facts.now);
                    match since.and_then(|since| not_before_its_phase(since, *statement, facts)) {
                        Ok(since) => {
                            *self = Self::Why { statement: *statement, since, field: Field::default() };
                        }
                        Err(error) => field.problem = Some(error.to_string()),
                    }
                }
            }
            Self::Why { statement, since, field } => {
                if let Some(reason) = field.submitted(key, NO_REASON) {
                    return Reply::Done(Intent::Attest { statement: *statement, since: *since, reason });
                }
            }
        }
        Reply::Stay
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        const TITLE: &str = "State by hand";
        match self {
            Self::What(chosen) => {
                body.text(
                    Tone::Text,
                    "For what drwatch cannot read. It counts like a reading; screen and report mark it as stated by you.",
                );
                body.blank();
                let first = body.rows();
                let statements = statements(facts.run.phase());
                for (index, statement) in statements.iter().enumerate() {
                    let words = format!("{}  {}", index + 1, statement_words(*statement));
                    body.choice(Some(index) == *chosen, &words);
                }
                let sheet = Sheet::new(TITLE, Tone::Attention, body);
                if let Some(chosen) = chosen {
                    sheet.keep(first + *chosen).keys(&[("Enter", "state this"), ("Esc", "cancel")])
                } else {
                    // Nine are never offered.
                    let digits = if statements.len() == 8 { "1-8, Up/Down" } else { "1-7, Up/Down" };
                    sheet.keys(&[(digits, "choose"), ("Esc", "cancel")])
                }
            }
            Self::When { statement, field } => {
                body.text(Tone::Strong, statement_words(*statement));
                body.blank();
                body.value("UTC is now", Tone::Text, &time_of_day(facts.now));
                Sheet::new(TITLE, Tone::Attention, body)
                    .field("Since when? now, HH:MM, HH:MM:SS or YYYY-MM-DD HH:MM, in UTC:", field)
                    .keys(&[("Enter", "next"), ("Esc", "cancel")])
            }
            Self::Why { statement, since, field } => {
                body.text(Tone::Strong, statement_words(*statement));
                body.blank();
                body.value("since", Tone::Text, &since.in_words().to_string());
                let question = match statement {
                    Statement::TestOver | Statement::RestoredUsable => {
                        "Who decided, and why? (goes into the report)"
                    }
                    _ => "How do you know, and why by hand? (goes into the report)",
                };
                Sheet::new(TITLE, Tone::Attention, body)
                    .field(question, field)
                    .keys(&[("Enter", "record"), ("Esc", "cancel")])
            }
        }
    }
}

/// Why a time is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum TimeError {
    #[error("Not a time: type now, HH:MM, HH:MM:SS or YYYY-MM-DD HH:MM.")]
    Unreadable,
    #[error("That is in the future; nothing was recorded.")]
    InTheFuture,
    #[error("That is before {what}, {}; nothing was recorded.", time_of_day(*at))]
    TooEarly { what: String, at: Timestamp },
}

/// Refuses a time before what the statement ends had begun: a slip of one digit would falsify the record,
/// and a record cannot be corrected.
fn not_before_its_phase(
    since: Timestamp,
    statement: Statement,
    facts: &Facts<'_>,
) -> Result<Timestamp, TimeError> {
    let run = facts.run;
    let begun = match statement {
        Statement::DownloadBegun
        | Statement::DownloadOver
        | Statement::NamespaceOver
        | Statement::RestoredUsable
        | Statement::TestOver
        | Statement::RestoreFailed => {
            // Preparation may have begun long before the watch.
            let span = run.phases.span(run.phase()).filter(|span| span.phase != Phase::Prepare);
            span.and_then(|span| Some((span.started_at?, format!("{} began", phase_title(span.phase)))))
        }
        Statement::ReplicationRunning => {
            let pause =
                run.replication.intervals.last().filter(|pause| pause.to.is_none() && pause.from_known);
            pause.map(|pause| (pause.from, "it was paused".to_owned()))
        }
        Statement::ReplicationPaused => {
            let pause = run.replication.intervals.last();
            pause.and_then(|pause| Some((pause.to?, "it was resumed".to_owned())))
        }
        Statement::DeletedFilesNotRead => None,
    };
    match begun {
        // A time typed to the minute may be up to a minute early.
        Some((at, what)) if at.since(since) >= TYPED_PRECISION => Err(TimeError::TooEarly { what, at }),
        _ => Ok(since),
    }
}

/// The instant meant: the last one at that time of day, never in the future.
fn instant(text: &str, now: Timestamp) -> Result<Timestamp, TimeError> {
    if text.eq_ignore_ascii_case("now") || text.is_empty() {
        return Ok(now);
    }
    let parse_time = |pattern| NaiveTime::parse_from_str(text, pattern);
    if let Ok(time) = parse_time("%H:%M:%S").or_else(|_| parse_time("%H:%M")) {
        let today = Timestamp::new(now.utc().date_naive().and_time(time).and_utc());
        return Ok(if today > now { today.shifted(TimeDelta::days(-1)) } else { today });
    }
    let parse = |pattern| NaiveDateTime::parse_from_str(text, pattern);
    let date = parse("%Y-%m-%d %H:%M:%S").or_else(|_| parse("%Y-%m-%d %H:%M"));
    let at = Timestamp::new(date.map_err(|_| TimeError::Unreadable)?.and_utc());
    if at > now { Err(TimeError::InTheFuture) } else { Ok(at) }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};

    use super::*;

    #[test]
    fn a_time_of_day_is_the_last_such_moment_and_never_in_the_future() {
        let now = Timestamp::new(Utc.with_ymd_and_hms(2026, 9, 13, 0, 30, 0).unwrap());
        let at = |text| instant(text, now).map(|at| at.utc().format("%d %H:%M:%S").to_string());
        for (text, expected) in [
            ("now", "13 00:30:00"),
            ("0:10", "13 00:10:00"),
            ("23:50:05", "12 23:50:05"),
            ("2026-09-11 08:00", "11 08:00:00"),
        ] {
            assert_eq!(at(text).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(at("2026-09-13 08:00"), Err(TimeError::InTheFuture));
        assert_eq!(at("25:00"), Err(TimeError::Unreadable));
        assert_eq!(at("soon"), Err(TimeError::Unreadable));
    }
}
