//! What is stated about the test itself: its sheet, what is done about its findings, signatures, and heads sent out.

use crate::run::state::{FrozenSheet, Run, push_bounded};
use crate::run::values::{Event, Record, SentHead, Signature, StatedIssue, StatedSheet};

/// Takes in a statement about the test.
pub(in crate::run) fn stated(run: &mut Run, record: &Record) {
    let (at, number) = (record.at, record.seq);
    match &record.event {
        Event::TestSheetStated { sheet, origin, reason, user } => {
            let stated = StatedSheet {
                at,
                record: number,
                user: user.clone(),
                engineer: run.engineer.clone(),
                origin: origin.clone(),
                reason: reason.clone(),
                sheet: sheet.as_ref().clone(),
            };
            push_bounded(&mut run.sheets, &mut run.dropped.sheets, stated);
        }
        Event::TestSheetFrozen { sheet } => {
            // The first counts: a later one would be a change that nobody stated.
            run.frozen_sheet.get_or_insert_with(|| FrozenSheet {
                at,
                record: number,
                sheet: sheet.as_ref().clone(),
            });
        }
        Event::IssueStated { code, opened, entry, user, engineer } => {
            run.issues.retain(|issue| (&issue.code, issue.opened) != (code, *opened));
            let stated = StatedIssue {
                code: code.clone(),
                opened: *opened,
                at,
                record: number,
                user: user.clone(),
                // Not who acts in the watch: somebody else may state it long afterwards.
                engineer: engineer.clone(),
                entry: entry.clone(),
            };
            push_bounded(&mut run.issues, &mut run.dropped.issues, stated);
        }
        Event::Signed(statement) => {
            let signature = Signature { at, record: number, statement: statement.clone() };
            push_bounded(&mut run.signatures, &mut run.dropped.signatures, signature);
        }
        Event::HeadSent { notice, records, sha256 } => {
            let (notice, sha256) = (notice.clone(), sha256.clone());
            let sent = SentHead { at, record: number, notice, records: *records, sha256 };
            push_bounded(&mut run.sent_heads, &mut run.dropped.sent_heads, sent);
        }
        _ => {}
    }
}
