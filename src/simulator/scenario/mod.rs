//! What a simulated world is made of: bucket, speeds, identities and the operator's script, as
//! read from `assets/scenarios/*.toml`. What becomes of it over time lives in the world.

pub(in crate::simulator) mod fault;
pub(in crate::simulator) mod line_fault;
pub(in crate::simulator) mod script;

use serde::{Deserialize, Serialize};

use self::{
    fault::{Effect, Fault, LONGEST_PAST, Past},
    line_fault::LineFault,
    script::Step,
};
use super::error::SimulatorError;
use crate::run::{Elapsed, Role, Severity};

const EMBEDDED: [&str; 11] = [
    include_str!("../../../assets/scenarios/procedure.toml"),
    include_str!("../../../assets/scenarios/large.toml"),
    include_str!("../../../assets/scenarios/counter-reset.toml"),
    include_str!("../../../assets/scenarios/stall.toml"),
    include_str!("../../../assets/scenarios/no-info-lines.toml"),
    include_str!("../../../assets/scenarios/alarm.toml"),
    include_str!("../../../assets/scenarios/drops.toml"),
    include_str!("../../../assets/scenarios/rotation.toml"),
    include_str!("../../../assets/scenarios/mid-run.toml"),
    include_str!("../../../assets/scenarios/mid-stage-2.toml"),
    include_str!("../../../assets/scenarios/unreadable.toml"),
];

/// Everything that distinguishes one simulated world from another, save seed and speed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The name it is asked for by.
    pub name: String,
    /// What it shows, in one line.
    pub title: String,
    /// The cloud bucket at the start.
    pub bucket: BucketPlan,
    /// What replication does to the bucket while it runs.
    pub growth: GrowthPlan,
    /// Stage 1.
    pub download: DownloadPlan,
    /// Stage 2.
    pub generation: GenerationPlan,
    /// The production appliance.
    pub primary: Machine,
    /// The appliance that rebuilds the namespace.
    pub dr: Machine,
    /// What was done on the appliances before the world began.
    #[serde(default)]
    pub past: Vec<Past>,
    /// What goes wrong.
    #[serde(default)]
    pub fault: Vec<Fault>,
    /// Lines that come to grief.
    #[serde(default)]
    #[serde(rename = "mishap")]
    pub line_fault: Vec<LineFault>,
    /// Minutes after which a step of the operator is taken though its condition does not hold,
    /// counted from the step before it; 0: never.
    #[serde(default)]
    pub patience_minutes: u32,
    /// What the simulated operator does, in order.
    #[serde(default)]
    pub operator: Vec<Step>,
}

/// The bucket at the start. Entries beyond slabs, maps and rbtmds belong to no listed class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketPlan {
    /// Its name.
    pub name: String,
    /// All entries.
    pub entries: u64,
    /// Data slabs.
    pub slabs: u64,
    /// Pointer maps.
    pub maps: u64,
    /// Metadata files.
    pub rbtmds: u64,
    /// Bytes of all entries.
    pub bytes: u64,
    /// Bytes of the slabs.
    pub slab_bytes: u64,
    /// Bytes of the maps.
    pub map_bytes: u64,
    /// Bytes of the metadata files.
    pub rbtmd_bytes: u64,
    /// Seconds a listing takes at speed 1.
    pub listing_seconds: u32,
}

/// What production does to the bucket while replication runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrowthPlan {
    /// Minutes at speed 1 for which production writes nothing at first, so that the figures of the
    /// bucket hold however long the engineer prepares. Ended early by a pause of replication or the
    /// start of the DR service.
    #[serde(default)]
    pub quiet_minutes: u32,
    /// Mean number of files written per minute at speed 1.
    pub files_per_minute: u32,
    /// Mean size of a file in bytes.
    pub bytes_per_file: u64,
    /// Deleted files per hundred written ones.
    pub delete_percent: u8,
    /// Seconds for which uploads under way still drain after a pause, at speed 1.
    pub drain_seconds: u32,
}

/// Stage 1: the metadata download.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DownloadPlan {
    /// The GET counter before the service first starts.
    pub counter_baseline: u64,
    /// Time of one GET at an idle cloud.
    pub milliseconds_per_get: u32,
    /// Threads at which queueing doubles the time of a GET.
    pub saturation_threads: f64,
    /// How far the rate strays from its mean, in percent.
    pub variation_percent: u8,
    /// Seconds after which the rate strays anew, at speed 1.
    pub variation_seconds: u32,
    /// GETs beyond one for every map and rbtmd.
    pub extra_gets: u64,
    /// Seconds from the start of the service to the first GET, at speed 1.
    pub start_seconds: u32,
}

/// Stage 2: the namespace generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenerationPlan {
    /// How long it takes, in seconds, at speed 1.
    pub seconds: u32,
}

/// Whether `rfsctl` answers while the service is stopped. The procedure reads the counter before
/// the service starts, yet shows that another command finds no process then; both are simulated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RfsctlBeforeService {
    /// It answers with the values from before the stop.
    #[default]
    Answers,
    /// It says `failed to connect, no process available`.
    Refuses,
}

/// One appliance: who it is and how it behaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Host name as in its prompt.
    pub hostname: String,
    /// Host field of its log lines.
    pub log_host: String,
    /// Serial number.
    pub serial: String,
    /// Model.
    pub model: String,
    /// Software release.
    pub release: String,
    /// Build of the release.
    pub build: String,
    /// Minutes it was up before the world began.
    pub uptime_minutes: u32,
    /// Process id of rfsd at its first start.
    pub rfsd_pid: u32,
    /// Process id of mgmtd.
    pub mgmtd_pid: u32,
    /// Mean number of everyday log lines per minute, whatever the speed.
    pub log_lines_per_minute: u32,
    /// Severity below which lines are kept out of the log.
    #[serde(default = "everything")]
    pub log_threshold: Severity,
    /// Minutes after which an idle session is logged out; 0: never.
    pub auto_logout_minutes: u32,
    /// Whether `rfsctl` answers while the service is stopped.
    #[serde(default)]
    pub rfsctl_before_service: RfsctlBeforeService,
    /// Bucket that it is set up with, where that is not the scenario's.
    #[serde(default)]
    pub other_bucket: Option<String>,
    /// What `enable` asks for, if anything.
    #[serde(default)]
    pub enable_password: Option<String>,
}

const fn everything() -> Severity {
    Severity::Debug
}

impl Scenario {
    /// All scenarios of the program.
    ///
    /// # Errors
    /// Only if an embedded file is at fault, which the tests exclude.
    pub fn all() -> Result<Vec<Self>, SimulatorError> {
        EMBEDDED.iter().map(|text| Self::parse(text)).collect()
    }

    /// The scenario called `name`.
    ///
    /// # Errors
    /// `SimulatorError::UnknownScenario`, which lists those there are.
    pub fn named(name: &str) -> Result<Self, SimulatorError> {
        let all = Self::all()?;
        let known = all.iter().map(|scenario| scenario.name.as_str()).collect::<Vec<_>>().join(", ");
        all.into_iter()
            .find(|scenario| scenario.name == name)
            .ok_or_else(|| SimulatorError::UnknownScenario { name: name.to_owned(), known })
    }

    /// Reads a scenario from TOML and checks that its figures agree.
    ///
    /// # Errors
    /// `SimulatorError::BadScenario` for unknown or missing fields and for figures that contradict each other.
    pub fn parse(text: &str) -> Result<Self, SimulatorError> {
        let scenario: Self = toml::from_str(text)
            .map_err(|error| SimulatorError::BadScenario { detail: error.message().to_owned() })?;
        scenario.check()?;
        Ok(scenario)
    }

    /// How long the operator waits for the condition of a step; `None`: for ever.
    #[must_use]
    pub fn patience(&self) -> Option<Elapsed> {
        (self.patience_minutes > 0).then(|| Elapsed::from_secs(u64::from(self.patience_minutes) * 60))
    }

    /// Whether sessions may be cut in it.
    pub(super) fn loses_connections(&self) -> bool {
        self.fault.iter().any(|fault| matches!(fault.effect, Effect::Unreachable(_)))
            || self.line_fault.iter().any(LineFault::loses_contact)
    }

    /// The appliance in `role`.
    #[must_use]
    pub const fn machine(&self, role: Role) -> &Machine {
        match role {
            Role::Primary => &self.primary,
            Role::Dr => &self.dr,
        }
    }

    pub(super) fn check(&self) -> Result<(), SimulatorError> {
        let bucket = &self.bucket;
        let classes = [bucket.slabs, bucket.maps, bucket.rbtmds];
        let sizes = [bucket.slab_bytes, bucket.map_bytes, bucket.rbtmd_bytes];
        // Checked: a sum of figures from a file that wraps would pass as a small one.
        let sum = |parts: [u64; 3]| parts.into_iter().try_fold(0_u64, u64::checked_add);
        let fault = if sum(classes).is_none_or(|sum| sum > bucket.entries) {
            "bucket: slabs, maps and rbtmds are more than the entries"
        } else if sum(sizes).is_none_or(|sum| sum > bucket.bytes) {
            "bucket: the sizes of the classes are more than its bytes"
        } else if self.download.milliseconds_per_get == 0 {
            "download: milliseconds_per_get must be above 0"
        } else if !self.download.saturation_threads.is_finite() || self.download.saturation_threads <= 0.0 {
            "download: saturation_threads must be above 0"
        // A variation of no length would change the rate every microsecond.
        } else if self.download.variation_percent > 50 || self.download.variation_seconds == 0 {
            "download: variation_percent must be at most 50 and variation_seconds above 0"
        } else if self.growth.delete_percent > 100 {
            "growth: delete_percent must be at most 100"
        } else if self.past.iter().any(|past| past.seconds == 0 || past.seconds > LONGEST_PAST) {
            "past: seconds must be from 1 to 900"
        } else if let Some(flaw) = self.fault.iter().find_map(Fault::flaw) {
            flaw
        } else {
            return Ok(());
        };
        Err(SimulatorError::BadScenario { detail: fault.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_procedure_scenario_has_the_figures_of_the_procedure() {
        let bucket = Scenario::named("procedure").unwrap().bucket;
        assert_eq!((bucket.name.as_str(), bucket.entries, bucket.bytes), ("ava400-ks", 2927, 926_580_933));
        assert_eq!((bucket.slabs, bucket.maps, bucket.rbtmds), (261, 1331, 1331));
    }

    #[test]
    fn the_large_scenario_has_forty_million_metadata_objects() {
        let bucket = Scenario::named("large").unwrap().bucket;
        assert_eq!(bucket.maps + bucket.rbtmds, 40_000_000);
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_names_there_are() {
        let error = Scenario::named("tiny").unwrap_err().to_string();
        assert!(error.contains("`tiny`") && error.contains("procedure, large"), "{error}");
    }

    #[test]
    fn an_unknown_field_and_contradicting_figures_are_refused() {
        let text = EMBEDDED[0];
        assert!(Scenario::parse(&text.replace("[growth]", "[growth]\nfurther = 1")).is_err());
        assert!(Scenario::parse(&text.replace("entries = 2927", "entries = 2900")).is_err());
        assert!(Scenario::parse(&text.replace("bytes = 926580933", "bytes = 926580")).is_err());
    }

    #[test]
    fn every_scenario_survives_being_written_and_read_again() {
        for scenario in Scenario::all().unwrap() {
            let text = serde_json::to_string(&scenario).unwrap();
            assert_eq!(serde_json::from_str::<Scenario>(&text).unwrap(), scenario);
        }
    }
}
