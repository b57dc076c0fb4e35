//! What the engineer states: phases, replication, and files that will not be read.

use super::phase_changes::{
    begin_download, clear_unobserved_start, end_download, fail, finish, limited_to_history, reopen, restored,
};
use crate::run::fold::engineer::consents::{self, Words};
use crate::run::fold::replication;
use crate::run::read::restore::read_against;
use crate::run::state::{Attestation, Consented, Run, push_bounded};
use crate::run::values::{
    Change, Event, Evidence, EvidenceSource, Phase, Precision, Record, ReplicationState, Statement,
};

pub(in crate::run) fn attested(run: &mut Run, record: &Record) {
    let Event::Attested { statement, since, reason, user, consent } = &record.event else { return };
    let (statement, since) = (*statement, *since);
    let words = Words { typed: None, reason: Some(reason), user };
    consents::given(run, record, Consented::Statement(statement), consent.as_ref(), &words);
    let attestation = Attestation {
        at: record.at,
        record: record.seq,
        statement,
        since,
        reason: reason.clone(),
        user: user.clone(),
        engineer: run.engineer.clone(),
        // Before it changes the phase, as it is judged against what was read until then.
        against: read_against(run, statement, record.at),
    };
    push_bounded(&mut run.attestations, &mut run.dropped.attestations, attestation);
    // Only these show that the test began before its record.
    if is_about_stages(statement) {
        clear_unobserved_start(run, since);
    }
    let change = Change {
        at: Some(limited_to_history(run, since, record.at)),
        precision: Precision::Stated,
        evidence: Evidence {
            record: record.seq,
            source: EvidenceSource::Attested,
            raw: reason.clone(),
            offset: None,
        },
    };
    match statement {
        Statement::DownloadBegun => begin_download(run, &change),
        Statement::DownloadOver => end_download(run, &change),
        Statement::NamespaceOver => restored(run, record, &change),
        Statement::TestOver => {
            if run.phases.current != Phase::Ended {
                finish(run, &change);
            }
        }
        Statement::TestNotOver => reopen(run),
        Statement::RestoreFailed => fail(run, record, &change),
        Statement::ReplicationPaused => {
            replication::stated(run, record, ReplicationState::Paused, since);
        }
        Statement::ReplicationRunning => {
            replication::stated(run, record, ReplicationState::Running, since);
        }
        Statement::DeletedFilesNotRead => run.deleted_files_not_read = Some(record.seq),
        // It ends no phase; `read/evidence` finds it among the statements.
        Statement::RestoredUsable => {}
    }
}

const fn is_about_stages(statement: Statement) -> bool {
    match statement {
        Statement::DownloadBegun | Statement::DownloadOver | Statement::NamespaceOver => true,
        Statement::TestOver
        | Statement::TestNotOver
        | Statement::RestoreFailed
        | Statement::ReplicationPaused
        | Statement::ReplicationRunning
        | Statement::RestoredUsable
        | Statement::DeletedFilesNotRead => false,
    }
}
