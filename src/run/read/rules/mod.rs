//! Findings whose condition lasts: a rule returns the wording of its finding while the condition holds. Findings about
//! single events are opened where the event is folded.

mod appliances;
mod bucket;
pub(super) mod pair;
mod replication;
mod restore;

use crate::run::state::Run;
use crate::run::values::{Code, Role, Timestamp, Wording};

/// The wording of the finding at the given time, if its condition holds.
pub(in crate::run) type Rule = fn(&Run, Timestamp) -> Option<Wording>;

pub(in crate::run) const RULES: &[(Code, Option<Role>, Rule)] = &[
    // The order in which one record opens its findings: what makes all others doubtful comes first.
    (Code::IdentityChanged, Some(Role::Primary), |run, _| pair::identity_changed(run, Role::Primary)),
    (Code::IdentityChanged, Some(Role::Dr), |run, _| pair::identity_changed(run, Role::Dr)),
    (Code::RolesSwapped, None, |run, _| pair::roles_swapped(run)),
    (Code::SameMachine, None, |run, _| pair::same_machine(run)),
    (Code::RolesChanged, None, |run, _| pair::roles_changed(run)),
    (Code::BucketsDiffer, None, |run, _| pair::buckets_differ(run)),
    (Code::MixedPair, None, |run, _| pair::mixed(run)),
    (Code::RestoreFailed, None, restore::failed),
    (Code::ReplicationRunsInStage1, Some(Role::Primary), replication::runs_in_stage_1),
    (Code::ResumedAgainstPolicy, Some(Role::Primary), replication::resumed_early),
    (Code::ReplicationUnreadable, Some(Role::Primary), replication::unreadable),
    (Code::DrUnreadable, Some(Role::Dr), appliances::dr_unreadable),
    (Code::StillPaused, Some(Role::Primary), replication::still_paused),
    (Code::PauseBudget, Some(Role::Primary), replication::budget),
    (Code::ListingRefused, Some(Role::Primary), bucket::listing_refused),
    (Code::ListingProvisional, Some(Role::Primary), bucket::provisional),
    (Code::MapsDifferFromRbtmds, Some(Role::Primary), bucket::maps_differ),
    (Code::UnclassifiedEntries, Some(Role::Primary), bucket::unclassified),
    (Code::BaselineLate, Some(Role::Dr), restore::baseline_late),
    (Code::Stalled, Some(Role::Dr), restore::stalled),
    (Code::MoreThanExpected, Some(Role::Dr), restore::more_than_expected),
    (Code::FewThreads, Some(Role::Dr), restore::few_threads),
    (Code::OneFinalLineOnly, Some(Role::Dr), restore::one_final_line),
    (Code::OlderMarkers, Some(Role::Dr), restore::prior_markers),
    (Code::AttachedLate, Some(Role::Dr), restore::attached_late),
    (Code::NoInfoLines, Some(Role::Dr), restore::no_info_lines),
    (Code::LogLost, Some(Role::Dr), restore::log_lost),
    (Code::LogSilent, Some(Role::Dr), restore::log_silent),
    (Code::ApplianceLost, Some(Role::Primary), |run, now| appliances::lost(run, Role::Primary, now)),
    (Code::ApplianceLost, Some(Role::Dr), |run, now| appliances::lost(run, Role::Dr, now)),
    (Code::ClockOffset, Some(Role::Primary), |run, _| appliances::clock(run, Role::Primary)),
    (Code::ClockOffset, Some(Role::Dr), |run, _| appliances::clock(run, Role::Dr)),
    (Code::OwnClockSetBack, None, appliances::own_clock),
    (Code::ActionUnknown, Some(Role::Primary), |run, _| appliances::action_unknown(run, Role::Primary)),
    (Code::ActionUnknown, Some(Role::Dr), |run, _| appliances::action_unknown(run, Role::Dr)),
];
