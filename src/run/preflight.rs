//! The pre-flight: is everything as it has to be before the DR service is started? Here are its
//! items, the verdict, and when a recorded verdict no longer holds; the questions are asked in the
//! files of `preflight/`.

mod appliances;
mod basis;
mod bucket;
mod draft;
mod readiness;

use serde::{Deserialize, Serialize};

pub(super) use self::basis::Basis;
use self::draft::{Draft, Inquiry};
use super::{
    action::ActionPlan,
    count::{ByteCount, Sequence},
    event::Event,
    pair,
    state::Run,
    time::{Elapsed, Timestamp},
};

/// Items kept of a recorded pre-flight; there are far fewer.
const ITEMS_KEPT: usize = 64;

/// What a pre-flight needs to know besides the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PreflightFacts {
    /// Bytes free where the record is written; `None` where that could not be found out.
    pub disk_free: Option<ByteCount>,
    /// Whether the run's record reaches back far enough to be asked about the past. Without, such
    /// questions are unknown and do not weigh on the verdict.
    pub ask_past: bool,
    /// What the actions would send, with the certainty of the words; empty where no dialect is at hand.
    pub plans: Vec<ActionPlan>,
}

/// What a pre-flight item is about. The name in kebab case is its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PreflightCode {
    /// The primary answers.
    PrimaryReachable,
    /// The DR appliance answers.
    DrReachable,
    /// Both have told who they are, and the engineer has confirmed their names.
    Identities,
    /// The two are not one machine.
    TwoMachines,
    /// Their releases, and what they mean for stage 2.
    Versions,
    /// Both work on the same bucket.
    SameBucket,
    /// Replication on the primary is paused.
    ReplicationPaused,
    /// The bucket was listed after the pause.
    ListedAfterPause,
    /// There are as many maps as rbtmds.
    MapsEqualRbtmds,
    /// The baseline of the GET counter was taken before the service started.
    BaselineBeforeService,
    /// The DR appliance has the replication threads wanted.
    Threads,
    /// The DR appliance's service waits to be started, that of the primary runs.
    Service,
    /// The log shows lines of level INFO.
    InfoLines,
    /// The appliances' clocks agree with ours.
    ClockSkew,
    /// The words of the commands that change something are known to work.
    CommandsVerified,
    /// There is room for the record.
    DiskSpace,
}

impl PreflightCode {
    /// Whether not knowing is reason enough not to start: a wrong guess here breaks the test, or
    /// changes the wrong appliance.
    #[must_use]
    pub const fn must_be_known(self) -> bool {
        matches!(
            self,
            Self::PrimaryReachable
                | Self::DrReachable
                | Self::Identities
                | Self::TwoMachines
                | Self::ReplicationPaused
        )
    }

    /// The code in kebab case, as written to records and summaries.
    #[must_use]
    pub fn name(self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

/// How an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PreflightState {
    /// As it has to be.
    Ok,
    /// Worth knowing; nothing has to be done about it before the start.
    Info,
    /// Nothing tells, or what told it is too old.
    Unknown,
    /// Worth a thought before the start.
    Attention,
    /// The test must not be started like this.
    Blocking,
}

/// One item of a pre-flight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreflightItem {
    /// What it is about.
    pub code: PreflightCode,
    /// How it stands.
    pub state: PreflightState,
    /// One sentence with the figures.
    pub text: String,
    /// The record it rests on.
    pub evidence: Option<Sequence>,
    /// How old that was; in seconds.
    pub age: Option<Elapsed>,
    /// What to do about it.
    pub remedy: Option<String>,
}

impl PreflightItem {
    /// Whether this item alone forbids the start.
    #[must_use]
    pub const fn forbids(&self) -> bool {
        match self.state {
            PreflightState::Blocking => true,
            PreflightState::Unknown => self.code.must_be_known(),
            PreflightState::Ok | PreflightState::Info | PreflightState::Attention => false,
        }
    }
}

/// Whether the test may be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PreflightVerdict {
    /// Nothing forbids it.
    Go,
    /// Something does.
    NoGo,
}

impl PreflightVerdict {
    /// The words of the contract: `go`, `no-go`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::NoGo => "no-go",
        }
    }

    fn on(items: &[PreflightItem]) -> Self {
        if items.iter().any(PreflightItem::forbids) { Self::NoGo } else { Self::Go }
    }
}

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
    /// What puts this verdict on record.
    #[must_use]
    pub fn into_event(self) -> Event {
        Event::PreflightJudged { verdict: self.verdict, items: self.items }
    }
}

/// A pre-flight as it was put on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PreflightRecord {
    /// The verdict then.
    pub verdict: PreflightVerdict,
    /// When.
    pub at: Timestamp,
    /// The record that holds it.
    pub record: Sequence,
    /// The first record after it that changed something it rests on, before the DR service came up;
    /// `None`: the verdict held until then, or still does.
    pub stale_since: Option<Sequence>,
    /// Every item as it stood.
    pub items: Vec<PreflightItem>,
}

/// Judges whether the test may be started, from `run` as known at `now` and from `extra`.
///
/// The verdict is no-go where an item is blocking, or where one that must be known
/// ([`PreflightCode::must_be_known`]) is unknown. Other unknown items, and items of attention, are
/// shown and do not weigh. A reading that is too old, or older than the connection it came over, is
/// worth no more than none.
#[must_use]
pub fn preflight(run: &Run, now: Timestamp, extra: &PreflightFacts) -> Preflight {
    let inquiry = Inquiry { run, now, facts: extra };
    let drafts: [(PreflightCode, Draft); 16] = [
        (PreflightCode::PrimaryReachable, appliances::reachable(&inquiry, super::Role::Primary)),
        (PreflightCode::DrReachable, appliances::reachable(&inquiry, super::Role::Dr)),
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
        // What to do on which appliance would be wrong advice.
        let others = items.iter_mut().filter(|item| item.state != PreflightState::Blocking);
        others.for_each(|item| item.remedy = None);
    }
    Preflight { verdict: PreflightVerdict::on(&items), at: now, items }
}

/// Takes a verdict that was put on record.
pub(super) fn judged(
    run: &mut Run,
    at: Timestamp,
    record: Sequence,
    verdict: PreflightVerdict,
    items: &[PreflightItem],
) {
    let items = items.iter().take(ITEMS_KEPT).cloned().collect();
    run.preflight = Some(PreflightRecord { verdict, at, record, stale_since: None, items });
}
