//! The list of what can be stated.

use unicode_width::UnicodeWidthStr as _;

use crate::{
    run::{Known, Phase, Role, Run, Statement, StatementVerdict, Timestamp, judge_statement},
    screen::{
        dialogs::{Body, Facts, Sheet, Tone},
        paint::{statement_digit, statement_words},
    },
};

/// What the last key of a choice could not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Nothing,
    /// Enter, before a statement was chosen.
    NoChoice,
    /// The number of a statement that is not listed.
    NotListed(char),
}

/// The title of each page.
pub(super) const TITLE: &str = "State by hand";

/// The statements in the order of their digits.
const STATEMENTS: [Statement; 9] = [
    Statement::ReplicationPaused,
    Statement::ReplicationRunning,
    Statement::DownloadBegun,
    Statement::DownloadOver,
    Statement::NamespaceOver,
    Statement::TestOver,
    Statement::RestoreFailed,
    Statement::RestoredUsable,
    Statement::TestNotOver,
];

/// The statements that can be made: those of every phase and the one of this phase alone, in the order of their numbers.
pub(super) fn statements(facts: &Facts<'_>) -> Vec<(char, Statement)> {
    let phase = facts.run.phase();
    let is_of_phase = |statement| match statement {
        Statement::RestoredUsable => phase == Phase::InUse,
        Statement::TestNotOver => phase == Phase::Ended,
        // Of the two, one is of any use.
        Statement::TestOver => phase != Phase::Ended,
        _ => true,
    };
    let numbered =
        STATEMENTS.into_iter().filter_map(|statement| Some((statement_digit(statement)?, statement)));
    numbered.filter(|(_, statement)| is_of_phase(*statement)).collect()
}

/// Whether the next step asks for `statement` now: the end of the test is asked for only once it is over.
pub(super) fn is_due(statement: Statement) -> bool {
    statement != Statement::TestOver
}

/// A statement in the list, where the two ends of the test are told apart.
fn listed_words(run: &Run, statement: Statement, room: usize) -> String {
    match statement {
        Statement::TestOver => {
            let over = format!("The test is over: {} is no longer used", run.name(Role::Dr));
            if !run.has_unsettled_alarm() {
                return format!("{over}.");
            }
            // An alarm alone is no reason to call the restore failed.
            let whole = format!("{over} (alarm stays in the report).");
            if whole.width() <= room {
                whole
            } else {
                "The test is over (the alarm stays in the report).".to_owned()
            }
        }
        Statement::RestoredUsable if run.has_unsettled_alarm() => {
            let words = statement_words(statement).trim_end_matches('.');
            let whole = format!("{words} (an alarm speaks against it).");
            if whole.width() <= room { whole } else { format!("{words} (alarm!).") }
        }
        Statement::RestoreFailed => {
            // An alarm alone is no failed restore.
            let whole = if run.has_unsettled_alarm() {
                "The restore itself failed (an alarm alone is no failure)."
            } else {
                "The restore itself failed: a failed test."
            };
            if whole.width() <= room { whole } else { "The restore itself failed." }.to_owned()
        }
        other => statement_words(other).to_owned(),
    }
}

/// The list. Above it stands the same number of rows whatever is chosen, so that no line moves under the eye; what the last
/// key could not do stands in the blank one.
pub(super) fn sheet(chosen: Option<Statement>, refused: Refused, facts: &Facts<'_>, mut body: Body) -> Sheet {
    let is_narrow = body.width() < 50;
    let (digits, keys) = match facts.run.phase() {
        Phase::InUse => ("1-8", "1-8, Up/Down"),
        Phase::Ended => ("1-9", "1-9, Up/Down"),
        Phase::Prepare | Phase::Stage1 | Phase::Stage2 => ("1-7", "1-7, Up/Down"),
    };
    // The list has to be in sight below it.
    let meaning = if is_narrow {
        "State what drwatch cannot read; it is marked as stated."
    } else {
        "State what drwatch cannot read. Your statement counts like a reading; screen and report mark it as stated by you."
    };
    let to_do = match facts.next_step().statement {
        // Asked for, but never chosen beforehand.
        Some(Statement::TestOver) => "Press 6 once the test is over. ".to_owned(),
        _ => format!("Choose a line: {digits}. "),
    };
    body.text(Tone::Text, &format!("{to_do}{meaning}"));
    match refused {
        Refused::NoChoice if chosen.is_none() => {
            body.warning("Nothing is chosen yet: choose by number or arrow first.");
        }
        Refused::NotListed(digit) => {
            body.warning(&format!("{digit} is not in the list: it says nothing in this phase."));
        }
        Refused::Nothing | Refused::NoChoice => body.blank(),
    }
    // Of a list that is longer than the screen, these rows are shown.
    let mut rows_in_sight = (0, 0);
    let asked = facts.next_step().statement;
    for (digit, statement) in statements(facts) {
        let known = mark(facts.run, statement, facts.now);
        let asked = if Some(statement) == asked { " (asked for)" } else { "" };
        // The digit, the mark of the choice and what stands behind the words.
        let room = body.width().saturating_sub(5 + known.width() + asked.width());
        let words = listed_words(facts.run, statement, room);
        // The end is cut there, which says whether it is paused or runs.
        let words = if is_narrow { words.replace(" on the primary", "") } else { words };
        let words = format!("{digit}  {words}{known}{asked}");
        let is_chosen = Some(statement) == chosen;
        let first = body.rows();
        body.whole_choice(is_chosen, &words);
        if is_chosen || (chosen.is_none() && Some(statement) == facts.next_step().statement) {
            rows_in_sight = (first, body.rows().saturating_sub(1));
        }
    }
    let (first, last) = rows_in_sight;
    let sheet = Sheet::new(TITLE, Tone::Attention, body).keep_rows(first, last);
    let choose = (keys, "choose");
    if chosen.is_some() {
        sheet.keys(&[("Enter", "next: since when"), choose, ("Esc", "cancel")])
    } else {
        sheet.keys(&[choose, ("Esc", "cancel")])
    }
}

/// What stands behind a statement of the list that would say nothing new, or can no longer be made.
fn mark(run: &Run, statement: Statement, now: Timestamp) -> &'static str {
    let is_off = || matches!(judge_statement(run, statement, now), StatementVerdict::Off { .. });
    if is_known(run, statement, now) {
        return " (on record)";
    }
    match statement {
        Statement::TestNotOver if is_off() && run.failed.is_some() => " (too late: the restore failed)",
        Statement::TestNotOver if is_off() && run.signed_off.is_some() => " (too late: signed off)",
        Statement::TestNotOver if is_off() => " (too late: a resume was sent)",
        _ if is_off() && run.phase() == Phase::Ended => " (too late: test over)",
        _ => "",
    }
}

/// Whether it is so by the record already, so that stating it says nothing new.
fn is_known(run: &Run, statement: Statement, now: Timestamp) -> bool {
    let is_read = !run.replication.attested;
    match (statement, run.replication.state) {
        (Statement::ReplicationPaused, Known::Paused) | (Statement::ReplicationRunning, Known::Running) => {
            is_read
        }
        // A test that ended early has skipped what comes before its end.
        (Statement::RestoredUsable, _) => run.is_stated_usable(),
        (Statement::DownloadOver, _) => run.is_stage_complete(Phase::Stage1),
        (Statement::NamespaceOver, _) => run.is_stage_complete(Phase::Stage2),
        (Statement::DownloadBegun, _) => run.has_begun_stage_1(),
        (Statement::RestoreFailed, _) => run.failed.is_some(),
        (Statement::TestNotOver, _) => false,
        _ => matches!(judge_statement(run, statement, now), StatementVerdict::Off { .. }),
    }
}
