//! Statements by hand: what is so, since when, and why no appliance can be asked.

mod list;
mod since;

use crossterm::event::{KeyCode, KeyEvent};

use self::{
    list::{Refused, TITLE, is_due, statements},
    since::{instant, later_today, not_too_early},
};
use crate::{
    run::{
        Remedy, Statement, StatementVerdict, Timestamp, judge_dated_statement, judge_statement,
        statement_remark,
    },
    screen::{
        dialogs::{Body, Content, Facts, Field, Intent, Prompt, Reply, Sheet, TextInput, Tone, choose},
        paint::statement_words,
    },
    text::time_of_day,
};

#[derive(Clone, Debug)]
pub(crate) enum Attest {
    /// One of the statements, once one is chosen.
    What {
        chosen: Option<Statement>,
        refused: Refused,
    },
    /// The statement would change nothing.
    Off {
        statement: Statement,
        reason: String,
    },
    /// The statement contradicts what was read, or skips a part of the test.
    Sure {
        statement: Statement,
        phrase: &'static str,
        warning: String,
        /// Since when it is so, where that is what takes the phrase.
        since: Option<Timestamp>,
        field: Field,
    },
    When {
        statement: Statement,
        /// The phrase typed where the statement takes one.
        typed: Option<&'static str>,
        field: Field,
    },
    Why {
        statement: Statement,
        typed: Option<&'static str>,
        since: Timestamp,
        field: Field,
    },
}

impl Attest {
    /// The statements, that one chosen which the next step asks for. None is where it asks for none: two presses of
    /// Enter would then end a stage that goes on, or a test that is still made.
    pub(crate) fn of(facts: &Facts<'_>) -> Self {
        let asked = facts.next_step().statement.filter(|asked| is_due(*asked));
        let chosen = asked.filter(|asked| statements(facts).iter().any(|(_, statement)| statement == asked));
        Self::What { chosen, refused: Refused::Nothing }
    }

    /// What comes after the choice of `statement`.
    fn chosen(statement: Statement, facts: &Facts<'_>) -> Self {
        match judge_statement(facts.run, statement, facts.now) {
            // It holds from the moment at which it is stated.
            StatementVerdict::Allowed if statement == Statement::TestNotOver => {
                Self::Why { statement, typed: None, since: facts.now, field: Field::default() }
            }
            StatementVerdict::Allowed => Self::when(statement, None),
            StatementVerdict::NeedsPhrase { phrase, warning } => {
                Self::Sure { statement, phrase, warning, since: None, field: Field::default() }
            }
            StatementVerdict::Off { reason } => Self::Off { statement, reason },
        }
    }

    fn when(statement: Statement, typed: Option<&'static str>) -> Self {
        Self::When { statement, typed, field: Field::offering("now") }
    }

    /// What comes after the moment from which on it is so: that may speak against the record itself.
    fn dated(statement: Statement, since: Timestamp, typed: Option<&'static str>, facts: &Facts<'_>) -> Self {
        match against_its_time(statement, since, facts) {
            Some((phrase, warning)) => {
                Self::Sure { statement, phrase, warning, since: Some(since), field: Field::default() }
            }
            None => Self::Why { statement, typed, since, field: Field::default() },
        }
    }

    /// What is asked instead where the run has moved on and the statement takes another consent by now.
    fn outdated(&self, facts: &Facts<'_>) -> Option<Self> {
        let Self::Why { statement, typed, since, .. } = self else { return None };
        let of_its_time = against_its_time(*statement, *since, facts);
        if let Some((phrase, warning)) = of_its_time {
            let (statement, since) = (*statement, Some(*since));
            let mut field = Field::default();
            field.problem = Some(CHANGED.to_owned());
            return (*typed != Some(phrase)).then_some(Self::Sure {
                statement,
                phrase,
                warning,
                since,
                field,
            });
        }
        match Self::chosen(*statement, facts) {
            Self::Sure { phrase, .. } if *typed == Some(phrase) => None,
            mut anew @ Self::Sure { .. } => {
                if let Self::Sure { field, .. } = &mut anew {
                    field.problem = Some(CHANGED.to_owned());
                }
                Some(anew)
            }
            anew @ Self::Off { .. } => Some(anew),
            _ => None,
        }
    }
}

impl Content for Attest {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        match self {
            Self::What { .. } | Self::Off { .. } => None,
            Self::Sure { field, .. } | Self::When { field, .. } | Self::Why { field, .. } => {
                Some(&mut field.input)
            }
        }
    }

    fn undone(&self) -> Option<&'static str> {
        Some("nothing is stated")
    }

    fn acts(&self) -> bool {
        true
    }

    fn knows(&self, key: KeyCode) -> bool {
        matches!((self, key), (Self::What { .. }, KeyCode::Char('j' | 'k' | '1'..='9')))
    }

    fn serves(&self, next: Remedy) -> bool {
        next == Remedy::StateByHand
    }

    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        let statements = statements(facts);
        if key.code == KeyCode::Enter
            && let Some(anew) = self.outdated(facts)
        {
            *self = anew;
            return Reply::Stay;
        }
        match self {
            Self::What { chosen, refused } => match (key.code, *chosen) {
                (KeyCode::Enter, Some(statement)) => *self = Self::chosen(statement, facts),
                (KeyCode::Enter, None) => *refused = Refused::NoChoice,
                (KeyCode::Char(digit @ '1'..='9'), before) => {
                    let asked = statements.iter().find(|(own, _)| *own == digit);
                    *chosen = asked.map(|(_, statement)| *statement).or(before);
                    *refused = if asked.is_some() { Refused::Nothing } else { Refused::NotListed(digit) };
                }
                (_, before) => {
                    let place = statements.iter().position(|(_, statement)| Some(*statement) == before);
                    let mut index = place.unwrap_or(0);
                    if choose(&mut index, statements.len(), key) {
                        // The first key shows where the choice is: at what is asked for.
                        let asked = facts.next_step().statement;
                        let first = statements.iter().position(|(_, statement)| Some(*statement) == asked);
                        let index = place.map_or(first.unwrap_or(0), |_| index);
                        *chosen = statements.get(index).map(|(_, statement)| *statement);
                    }
                }
            },
            Self::Off { .. } => {
                if key.code == KeyCode::Enter {
                    return Reply::Close;
                }
            }
            Self::Sure { statement, phrase, since, field, .. } => {
                if field.submits(key) {
                    if field.phrase() == *phrase {
                        let (statement, typed) = (*statement, Some(*phrase));
                        *self = match *since {
                            Some(since) => Self::Why { statement, typed, since, field: Field::default() },
                            None => Self::when(statement, typed),
                        };
                    } else {
                        field.refuse("Nothing was recorded", phrase);
                    }
                }
            }
            Self::When { statement, typed, field } => {
                if field.submits(key) {
                    let typed_time = field.input.trimmed();
                    let since = instant(typed_time, facts.now);
                    let refused = |error| later_today(typed_time, facts.now).unwrap_or(error);
                    let since =
                        since.and_then(|since| not_too_early(since, *statement, facts).map_err(refused));
                    match since {
                        Ok(since) => {
                            let (statement, typed) = (*statement, *typed);
                            *self = Self::dated(statement, since, typed, facts);
                        }
                        Err(error) => field.problem = Some(error.to_string()),
                    }
                }
            }
            Self::Why { statement, typed, since, field } => {
                if let Some(reason) = field.submitted(key, NO_SOURCE) {
                    let typed = typed.map(str::to_owned);
                    return Reply::Done(Intent::Attest {
                        statement: *statement,
                        since: *since,
                        reason,
                        typed,
                    });
                }
            }
        }
        Reply::Stay
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        match self {
            Self::What { chosen, refused } => list::sheet(*chosen, *refused, facts, body),
            Self::Off { statement, reason } => {
                body.text(Tone::Strong, statement_words(*statement));
                body.blank();
                body.text(Tone::Text, reason);
                Sheet::new(TITLE, Tone::Attention, body)
            }
            Self::Sure { statement, phrase, warning, since, field } => {
                body.text(Tone::Strong, statement_words(*statement));
                body.blank();
                // Its figures go on while it is read.
                let judged = match *since {
                    Some(since) => judge_dated_statement(facts.run, *statement, since, facts.now),
                    None => judge_statement(facts.run, *statement, facts.now),
                };
                let now = match judged {
                    StatementVerdict::NeedsPhrase { phrase: wanted, warning } if wanted == *phrase => {
                        Some(warning)
                    }
                    _ => None,
                };
                remark(&mut body, facts, *statement);
                body.warning(now.as_ref().unwrap_or(warning));
                let prompt = Prompt::of_phrase("To state it all the same, ", phrase, body.theme());
                Sheet::new(TITLE, Tone::Danger, body)
                    .field(prompt, field)
                    .keys(&[("Enter", "next"), ("Esc", "cancel")])
                    .consenting_to(format!("{statement:?}\n{phrase}"))
            }
            Self::When { statement, field, .. } => {
                body.text(Tone::Strong, statement_words(*statement));
                body.blank();
                remark(&mut body, facts, *statement);
                body.value("it is now", Tone::Text, &format!("{} UTC", time_of_day(facts.now)));
                Sheet::new(TITLE, Tone::Attention, body)
                    .field("Since when? now, HH:MM, HH:MM:SS or YYYY-MM-DD HH:MM, in UTC:", field)
                    .keys(&[("Enter", "next: who says so"), ("Esc", "cancel")])
            }
            Self::Why { statement, since, field, .. } => {
                body.text(Tone::Strong, statement_words(*statement));
                body.blank();
                body.value("since", Tone::Text, &since.in_words().to_string());
                let question = match statement {
                    Statement::RestoredUsable => "Who says so? e.g. Smith: 5 files opened (for the report)",
                    Statement::TestOver if facts.run.has_unsettled_alarm() => {
                        "Who ended it, and why? e.g. Smith: vendor agreed (for the report)"
                    }
                    Statement::TestOver => "Who ended it, and why? e.g. Smith: all is tried (for the report)",
                    Statement::TestNotOver => "Who says so, and why? e.g. Smith: a slip (for the report)",
                    Statement::RestoreFailed => {
                        "Who says so, and why? e.g. Smith: no file opens (for the report)"
                    }
                    _ => "Who says so, and how is it known? e.g. Smith: web interface (for the report)",
                };
                Sheet::new(TITLE, Tone::Attention, body)
                    .field(question, field)
                    .keys(&[("Enter", "record"), ("Esc", "cancel")])
            }
        }
    }
}

/// What is shown where nobody is named.
const NO_SOURCE: &str = "Type who says so, and how it is known; nothing was recorded.";

const CHANGED: &str = "This has changed while you typed; nothing was recorded.";

/// The phrase and the warning that the time of the statement takes, beyond what the statement itself does.
fn against_its_time(
    statement: Statement,
    since: Timestamp,
    facts: &Facts<'_>,
) -> Option<(&'static str, String)> {
    let dated = judge_dated_statement(facts.run, statement, since, facts.now);
    match dated {
        StatementVerdict::NeedsPhrase { phrase, warning } => {
            let itself = judge_statement(facts.run, statement, facts.now);
            let is_more =
                !matches!(itself, StatementVerdict::NeedsPhrase { warning: own, .. } if own == warning);
            is_more.then_some((phrase, warning))
        }
        StatementVerdict::Allowed | StatementVerdict::Off { .. } => None,
    }
}

/// What has to be known before the statement is made.
fn remark(body: &mut Body, facts: &Facts<'_>, statement: Statement) {
    if let Some(remark) = statement_remark(facts.run, statement) {
        body.warning(&remark);
        body.blank();
    }
}
