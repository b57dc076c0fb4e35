//! Actions: requested, sent, settled. Whether they may be taken is decided in `read/control/authorize.rs`.

use super::engineer::consents::{self, Words};
use super::replication;
use crate::run::state::{ActionRecord, Consented, Run, push_bounded};
use crate::run::values::{
    ActionId, ActionKind, ActionState, Code, Event, Record, ReplicationState, Wording, actor,
};

pub(in crate::run) fn requested(run: &mut Run, record: &Record) {
    let Event::ActionRequested { id, plan, user, r#override: over, typed, consent, agreed } = &record.event
    else {
        return;
    };
    let id = *id;
    // Any record may follow any other: a second request with the same id must not reset the first.
    if run.actions.iter().any(|action| action.id == id) {
        return;
    }
    let action = ActionRecord {
        id,
        plan: plan.clone(),
        requested_at: record.at,
        record: record.seq,
        user: user.clone(),
        engineer: run.engineer.clone(),
        // Read before the request takes effect: at the end of the test this number is put back.
        threads_before: run.thread_count().filter(|_| matches!(plan.action, ActionKind::SetThreads(_))),
        r#override: over.clone(),
        typed: typed.clone(),
        sent: None,
        answer: None,
        remark: None,
        state: ActionState::Requested,
        settled_at: None,
        settled_record: None,
    };
    push_bounded(&mut run.actions, &mut run.dropped.actions, action);
    let reason = over.as_ref().map(|over| over.reason.as_str()).or(agreed.as_deref());
    let words = Words { typed: typed.as_deref(), reason, user };
    consents::given(run, record, Consented::Action(plan.action), consent.as_ref(), &words);
    if let Some(over) = over {
        let by = actor(user, run.engineer.as_deref());
        let text = format!("{by} chose to {} against the policy: {}", plan.action, over.reason);
        run.raise(record, Code::PolicyOverridden, Some(plan.action.role()), Wording::attention(text));
    }
}

fn find(run: &mut Run, id: ActionId) -> Option<&mut ActionRecord> {
    run.actions.iter_mut().rev().find(|action| action.id == id)
}

pub(in crate::run) fn sent(
    run: &mut Run,
    id: ActionId,
    lines: &[String],
    answer: &str,
    remark: Option<&str>,
) {
    let Some(action) = find(run, id) else { return };
    // Any record may follow any other: a second report must not replace the first.
    if action.sent.is_none() {
        action.sent = Some(lines.to_vec());
        action.answer = Some(answer.to_owned());
        action.remark = remark.map(str::to_owned);
    }
    // A record that comes late must not undo an outcome.
    if action.state == ActionState::Requested {
        action.state = ActionState::Sent;
    }
    let kind = action.plan.action;
    outdate_statement(run, kind);
}

/// A statement about replication does not hold after a change of it was sent.
fn outdate_statement(run: &mut Run, kind: ActionKind) {
    if matches!(kind, ActionKind::Pause | ActionKind::Resume) {
        run.tracking.replication_stated = None;
    }
}

pub(in crate::run) fn settled(run: &mut Run, record: &Record, id: ActionId, state: &ActionState) {
    let Some(action) = find(run, id) else { return };
    // An outcome reported by the appliance itself is final.
    let is_final = matches!(action.state, ActionState::Confirmed | ActionState::Rejected { .. });
    if is_final || !state.is_settled() {
        return;
    }
    action.state = state.clone();
    (action.settled_at, action.settled_record) = (Some(record.at), Some(record.seq));
    let kind = action.plan.action;
    let remark = action.remark.clone();
    let is_sent = action.sent.is_some();
    match state {
        ActionState::Confirmed => {
            if let Some(remark) = remark {
                let text = format!(
                    "The request to {kind} on {} is confirmed. It also said: {remark}",
                    run.name(kind.role())
                );
                run.raise(record, Code::ActionRemark, Some(kind.role()), Wording::info(text));
            }
            // What was rejected earlier has been done now.
            run.close_findings(record, Code::ActionRejected, Some(kind.role()));
            match kind {
                ActionKind::Pause => replication::confirmed(run, record, ReplicationState::Paused),
                ActionKind::Resume => replication::confirmed(run, record, ReplicationState::Running),
                ActionKind::SetThreads(_) => {}
            }
        }
        ActionState::AwaitingService => run.close_findings(record, Code::ActionRejected, Some(kind.role())),
        ActionState::Rejected { reason } => {
            let text = format!("Could not {kind} on {}: {reason}", run.name(kind.role()));
            run.raise(record, Code::ActionRejected, Some(kind.role()), Wording::attention(text));
        }
        // A statement made after the sending stands if it says what was asked for. One of the opposite does not: the command
        // may have taken effect after it, or do so yet.
        ActionState::Unknown { .. } => {
            let is_stated = is_sent && run.tracking.replication_stated == replication::intended_state(kind);
            if !is_stated {
                outdate_statement(run, kind);
            }
        }
        ActionState::Requested | ActionState::Sent => {}
    }
}
