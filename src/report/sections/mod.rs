//! The sections of the Markdown report, each from its part of the summary.

mod control;
mod events;
mod figures;
mod forecasts;
mod redaction;

pub(super) use self::{
    control::{cleanup, exposure, frozen_bucket, preflight},
    events::{actions, findings, gaps, notes, replication},
    figures::{appliances, bucket, download, phases, record},
    forecasts::forecasts,
    redaction::{redacted_words, redaction_notice},
};
