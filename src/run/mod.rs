//! What a run *is*: its events, and the state they add up to. Pure: no input or output, no clock, no terminal.
//!
//! Four floors, each of which imports only those before it: `values`, `state` (the run), `read` (questions over a run)
//! and `fold` (the only writers).

mod fold;
mod read;
mod state;
mod values;

#[cfg(test)]
mod tests;

pub use self::{
    fold::{StartError, apply},
    read::{
        appliances::ThreadsFallen,
        control::{
            Authorization, RunningByDecision, SignOffHazard, StatementFloor, StatementVerdict,
            action_consent, authorize, consent_lapsed, dated_consent, judge_dated_statement, judge_statement,
            runs_by_decision, sign_off_hazard, statement_consent, statement_floor, statement_remark,
        },
        events::{DatedEvent, EventKind, Happening, dated_events, place_in_log},
        evidence::{
            ChangedValue, ConsentSummary, Deviation, Issue, IssueState, JudgedCriterion, Judgement, Recovery,
            RecoveryRecords, SameSigner, SheetChange, SheetSummary, SigningRefusal, StatedRestored,
            StatedUsable, StatementSummary, StepState, StepSummary, TestSummary, UnsettledThen,
            check_statement, may_sign, test_summary,
        },
        exposure::{
            EarliestResume, EarliestResumes, ExpectedExposure, Exposure, ProtectedAgain, Unsafe, exposure,
            pause_bound, protected_again,
        },
        next_step::{NextStep, StepLine, Urgency, next_step},
        outcome::{CleanupCode, CleanupItem, Exit, Outcome, cleanup},
        preflight::{Preflight, PreflightFacts, preflight},
        restore::{
            Course, Forecast, GetSpeed, Progress, ScoredPrediction, Silence, SpeedBefore, Stage2, Standstill,
            ThreadEstimate, Trend, activity_then, forecast, get_speed, is_forecast_settled, long_silences,
            prediction_due, progress, scored_predictions, settled_forecast, stage_2,
        },
        summary::{
            ActionSummary, BucketSummary, DownloadSummary, JournalHead, LogSummary, PhaseSummary,
            RedactedWord, Redaction, ReplicationSummary, SCHEMA, Summary, VersionSummary, summarise,
        },
        timer_events::timer_events,
    },
    state::*,
    values::*,
};
