//! Findings that stand while a condition holds: each rule looks at the run after every record and
//! says what is so, or nothing. Findings about single events are opened where the event is taken in.

mod appliances;
mod bucket;
mod replication;
mod restore;

use super::{
    facts::Role,
    finding::Code,
    findings::{Standing, Wording},
    pair,
    record::Record,
    state::Run,
    time::Timestamp,
};

/// What is so, as of the given time, or nothing.
type Rule = fn(&Run, Timestamp) -> Option<Wording>;

const RULES: &[(Code, Option<Role>, Rule)] = &[
    (Code::IdentityChanged, Some(Role::Primary), |run, _| pair::identity_changed(run, Role::Primary)),
    (Code::IdentityChanged, Some(Role::Dr), |run, _| pair::identity_changed(run, Role::Dr)),
    (Code::RolesSwapped, None, |run, _| pair::swapped(run)),
    (Code::SameMachine, None, |run, _| pair::same(run)),
    (Code::RolesChanged, None, |run, _| pair::roles_changed(run).map(Wording::blocking)),
    (Code::BucketsDiffer, None, |run, _| pair::buckets_differ(run)),
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
    (Code::OlderMarkers, Some(Role::Dr), restore::older_markers),
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

/// Opens and closes findings so that they agree with the run as it stands after `record`.
///
/// A condition that grows worse or milder closes its finding and opens another; one whose figures change
/// keeps its finding, which then tells the present ones.
pub(super) fn settle(run: &mut Run, record: &Record) {
    let standing_findings = run.standing();
    for &(code, role, rule) in RULES {
        let is_it = |finding: &&Standing| finding.code == code && finding.role == role;
        let standing = standing_findings.iter().find(is_it).map(|finding| finding.severity);
        let says = rule(run, record.at);
        if standing == says.as_ref().map(|says| says.severity) {
            if let Some(says) = says {
                run.reword_finding(code, role, says);
            }
            continue;
        }
        if standing.is_some() {
            run.close_findings(record, code, role);
        }
        if let Some(says) = says {
            run.open_finding(record, code, role, says);
        }
    }
}
