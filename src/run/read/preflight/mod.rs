//! The pre-flight: whether everything is as it has to be before the DR service is started.

mod appliances;
mod basis;
mod bucket;
mod draft;
mod readiness;

use serde::Serialize;

pub(in crate::run) use self::basis::Basis;
pub use self::draft::PreflightFacts;
use self::draft::{Draft, Inquiry};
use crate::run::read::appliances::pair;
use crate::run::state::Run;
use crate::run::values::{
    Event, PreflightCode, PreflightItem, PreflightState, PreflightVerdict, Role, Timestamp,
};

/// A pre-flight as of one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Preflight {
    /// Whether the test may be started.
    pub verdict: PreflightVerdict,
    /// As of when.
    pub at: Timestamp,
    /// Every item, in the order of the preparations.
    pub items: Vec<PreflightItem>,
}

impl Preflight {
    /// The event that records this verdict.
    #[must_use]
    pub fn into_event(self) -> Event {
        Event::PreflightJudged { verdict: self.verdict, items: self.items }
    }
}

/// Decides whether the test may be started, from `run` at `now` and from `extra`.
///
/// The verdict is no-go where an item is blocking, or where one that must be known ([`PreflightCode::must_be_known`])
/// is unknown. Other unknown items and items of attention are shown and do not count. A reading that is too old, or
/// older than the connection it came over, counts as unknown.
#[must_use]
pub fn preflight(run: &Run, now: Timestamp, extra: &PreflightFacts) -> Preflight {
    let inquiry = Inquiry { run, now, facts: extra };
    let drafts: [(PreflightCode, Draft); 16] = [
        (PreflightCode::PrimaryReachable, appliances::reachable(&inquiry, Role::Primary)),
        (PreflightCode::DrReachable, appliances::reachable(&inquiry, Role::Dr)),
        (PreflightCode::Identities, appliances::identities(&inquiry)),
        (PreflightCode::TwoMachines, appliances::two_machines(&inquiry)),
        (PreflightCode::Versions, appliances::versions(&inquiry)),
        (PreflightCode::SameBucket, bucket::same(&inquiry)),
        (PreflightCode::ReplicationPaused, readiness::paused(&inquiry)),
        (PreflightCode::ListedAfterPause, bucket::listed_after_pause(&inquiry)),
        (PreflightCode::MapsEqualRbtmds, bucket::maps_equal_rbtmds(&inquiry)),
        (PreflightCode::BaselineBeforeService, readiness::baseline(&inquiry)),
        (PreflightCode::Threads, readiness::threads(&inquiry)),
        (PreflightCode::Service, appliances::services(&inquiry)),
        (PreflightCode::InfoLines, readiness::info_lines(&inquiry)),
        (PreflightCode::ClockSkew, appliances::clocks(&inquiry)),
        (PreflightCode::CommandsVerified, readiness::commands(&inquiry)),
        (PreflightCode::DiskSpace, readiness::disk_space(&inquiry)),
    ];
    let mut items: Vec<_> = drafts.into_iter().map(|(code, draft)| draft.item(code, now)).collect();
    if pair::in_doubt(run) {
        // The remedies name the appliances, which may be swapped.
        let others = items.iter_mut().filter(|item| item.state != PreflightState::Blocking);
        others.for_each(|item| item.remedy = None);
    }
    Preflight { verdict: PreflightVerdict::on(&items), at: now, items }
}
