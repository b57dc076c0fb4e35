//! Who acts, and from whom they took over.

use crate::run::state::{Run, TakeOver, push_bounded};
use crate::run::values::Record;

/// The record goes on, perhaps on another account or machine.
pub(in crate::run) fn goes_on(run: &mut Run, record: &Record, recorder: &str) {
    if run.recorder != recorder {
        let from_user = run.recorder.clone();
        // Who that is, the next record says, if anything does.
        take_over(run, record, recorder, None, from_user);
    }
}

/// Somebody is named as the one who acts.
pub(in crate::run) fn named(run: &mut Run, record: &Record, engineer: Option<&str>, user: &str) {
    let last = run.takeovers.last_mut();
    if let Some(last) = last.filter(|last| last.record.next() == record.seq) {
        last.engineer = engineer.map(str::to_owned);
    } else if run.engineer.is_some() || !run.absences.is_empty() {
        take_over(run, record, user, engineer, user.to_owned());
    }
    run.engineer = engineer.map(str::to_owned);
}

fn take_over(run: &mut Run, record: &Record, user: &str, engineer: Option<&str>, from_user: String) {
    let (user, engineer) = (user.to_owned(), engineer.map(str::to_owned));
    let (at, record, from_engineer) = (record.at, record.seq, run.engineer.clone());
    let taken = TakeOver { at, user, engineer, from_user, from_engineer, record };
    push_bounded(&mut run.takeovers, &mut run.dropped.takeovers, taken);
}
