//! The plan of a test: the test sheet as it is written in a plan file or in the settings. What is empty counts as not
//! stated.

use std::{collections::BTreeMap, fmt::Write as _, io, path::Path, path::PathBuf};

use chrono::DateTime;
use serde::{Deserialize, Deserializer, de::Error as _};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::{
    error::located,
    values::{optional_count, optional_duration, stated_text},
};
use crate::{
    input,
    run::{
        Criterion, Elapsed, Person, PersonRole, PlannedStep, ProcedureStep, SheetOrigin, Target, TestSheet,
        Timestamp,
    },
};

/// The commented template that `drwatch settings init --plan` writes.
pub(crate) const PLAN_TEMPLATE: &str = include_str!("../../assets/plan.toml");

/// A longer plan is taken for a mistake; its sheet would also not fit in a line of the journal.
const PLAN_LIMIT: u64 = 128 << 10;

/// Why a plan cannot be used.
#[derive(Debug, Error)]
pub(crate) enum PlanError {
    #[error("the plan {path} cannot be read: {source}; check the path and its permissions")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("the plan {path} is not valid: {detail}; `drwatch settings init --plan` writes a template")]
    Invalid { path: PathBuf, detail: String },
}

/// The test sheet in the file at `path`, and where it comes from.
pub(crate) fn load_plan(path: &Path) -> Result<(TestSheet, SheetOrigin), PlanError> {
    let unreadable = |source| PlanError::Unreadable { path: path.to_owned(), source };
    let bytes = input::read_file(path, PLAN_LIMIT).map_err(unreadable)?;
    // Of the bytes on disk, so that `sha256sum` of the file gives the same.
    let digest = Sha256::digest(&bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let text = input::text_of(bytes).map_err(unreadable)?;
    let plan: Plan = toml::from_str(&text)
        .map_err(|error| PlanError::Invalid { path: path.to_owned(), detail: located(&text, &error) })?;
    let file = path.display().to_string();
    Ok((plan.sheet(), SheetOrigin::Plan { file, sha256: digest }))
}

/// A plan as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Plan {
    #[serde(deserialize_with = "stated_text")]
    objective: Option<String>,
    #[serde(deserialize_with = "stated_text")]
    scenario: Option<String>,
    #[serde(deserialize_with = "stated_text")]
    scope: Option<String>,
    #[serde(deserialize_with = "stated_text")]
    exclusions: Option<String>,
    #[serde(deserialize_with = "stated_text")]
    assumptions: Option<String>,
    #[serde(deserialize_with = "stated_text")]
    change_ticket: Option<String>,
    #[serde(rename = "plan_version", deserialize_with = "stated_text")]
    version: Option<String>,
    #[serde(deserialize_with = "stated_text")]
    place: Option<String>,
    #[serde(deserialize_with = "optional_duration")]
    late_start_tolerance: Option<std::time::Duration>,
    people: Vec<WrittenPerson>,
    targets: Targets,
    planned: BTreeMap<ProcedureStep, Moment>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a person, as in the template: [[people]], then name and role")]
struct WrittenPerson {
    #[serde(default, deserialize_with = "stated_text")]
    name: Option<String>,
    role: PersonRole,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Targets {
    time_to_restored: Option<LongestTime>,
    time_to_usable: Option<LongestTime>,
    exposure: Option<LongestTime>,
    largest_gap: Option<LongestTime>,
    open_findings: Option<MostFindings>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a limit, like { limit = \"14h\" }")]
struct LongestTime {
    #[serde(default, deserialize_with = "optional_duration")]
    limit: Option<std::time::Duration>,
    #[serde(default, deserialize_with = "stated_text")]
    source: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a limit, like { limit = 0 }")]
struct MostFindings {
    #[serde(default, deserialize_with = "optional_count")]
    limit: Option<u64>,
    #[serde(default, deserialize_with = "stated_text")]
    source: Option<String>,
}

/// When a step is planned, as a date-time of TOML or as text; `None` where it is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moment(Option<Timestamp>);

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => text,
            toml::Value::Datetime(time) => time.to_string(),
            other => {
                let kind = other.type_str();
                return Err(D::Error::custom(format!(
                    "a time is wanted and not a value of type {kind}; write it like 2026-11-29T20:00:00Z"
                )));
            }
        };
        if text.trim().is_empty() {
            return Ok(Self(None));
        }
        // Not guessed: without an offset one plan would mean different moments on different machines.
        let time = DateTime::parse_from_rfc3339(text.trim()).map_err(|_| {
            D::Error::custom(format!(
                "`{text}` is no time with an offset from UTC; write it like 2026-11-29T20:00:00Z"
            ))
        })?;
        Ok(Self(Some(Timestamp::new(time.to_utc()))))
    }
}

impl Plan {
    /// The test sheet that it states.
    pub(crate) fn sheet(self) -> TestSheet {
        let people = self.people.into_iter().filter_map(|person| {
            let name = person.name?;
            Some(Person { name, role: person.role })
        });
        let planned = self.planned.into_iter().filter_map(|(step, at)| Some(PlannedStep { step, at: at.0? }));
        TestSheet {
            objective: self.objective,
            scenario: self.scenario,
            scope: self.scope,
            exclusions: self.exclusions,
            assumptions: self.assumptions,
            change_ticket: self.change_ticket,
            plan_version: self.version,
            place: self.place,
            late_start_tolerance: self.late_start_tolerance.map(Elapsed::from),
            people: people.collect(),
            criteria: self.targets.criteria(),
            planned: planned.collect(),
        }
    }
}

impl Targets {
    fn criteria(self) -> Vec<Criterion> {
        let time = |written: Option<LongestTime>, target: fn(Elapsed) -> Target| {
            let LongestTime { limit, source } = written?;
            Some(Criterion { target: target(Elapsed::from(limit?)), source })
        };
        let findings = self.open_findings.and_then(|MostFindings { limit, source }| {
            Some(Criterion { target: Target::OpenFindings { limit: limit? }, source })
        });
        let times = [
            time(self.time_to_restored, |limit| Target::TimeToRestored { limit }),
            time(self.time_to_usable, |limit| Target::TimeToUsable { limit }),
            time(self.exposure, |limit| Target::Exposure { limit }),
            time(self.largest_gap, |limit| Target::LargestGap { limit }),
        ];
        times.into_iter().chain([findings]).flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TestSheet, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.toml");
        std::fs::write(&path, text).unwrap();
        load_plan(&path).map(|(sheet, _)| sheet).map_err(|error| error.to_string())
    }

    /// The template with every line turned on that is a setting.
    fn turned_on() -> String {
        let on = PLAN_TEMPLATE.lines().map(|line| {
            let setting = line.strip_prefix('#').filter(|rest| !rest.starts_with(' '));
            format!("{}\n", setting.unwrap_or(line))
        });
        on.collect()
    }

    #[test]
    fn the_template_states_nothing_as_it_is_and_every_field_with_all_lines_turned_on() {
        assert_eq!(read(PLAN_TEMPLATE).unwrap(), TestSheet::default());
        let sheet = read(&turned_on()).unwrap();
        let value = serde_json::to_value(&sheet).unwrap();
        for (name, value) in value.as_object().unwrap() {
            let is_stated = !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty());
            assert!(is_stated, "{name}");
        }
        assert_eq!((sheet.criteria.len(), sheet.planned.len()), (5, 10));
    }

    #[test]
    fn a_plan_is_read_with_its_digest_and_in_the_order_of_the_procedure() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.toml");
        let text = "objective = \"show it\"\n[[people]]\nname = \"Kim Berg\"\nrole = \"operator\"\n[targets]\n\
                    time_to_restored = { limit = \"14h\", source = \"BIA 7\" }\nopen_findings = { limit = 0 }\n\
                    [planned]\nresume = \"2026-11-30T06:00:00+01:00\"\npause = 2026-11-29T20:00:00Z\n";
        std::fs::write(&path, text).unwrap();
        let (sheet, origin) = load_plan(&path).unwrap();
        let SheetOrigin::Plan { file, sha256 } = origin else { panic!("{origin:?}") };
        assert_eq!((file, sha256.len()), (path.display().to_string(), 64));
        assert_eq!(sheet.objective.as_deref(), Some("show it"));
        assert_eq!(sheet.people, [Person { name: "Kim Berg".to_owned(), role: PersonRole::Operator }]);
        let limit = Elapsed::from_secs(14 * 3600);
        assert_eq!(sheet.criteria[0].target, Target::TimeToRestored { limit });
        assert_eq!(sheet.criteria[0].source.as_deref(), Some("BIA 7"));
        let steps: Vec<_> = sheet.planned.iter().map(|step| (step.step, step.at.to_string())).collect();
        assert_eq!(steps[0], (ProcedureStep::Pause, "2026-11-29T20:00:00.000+00:00".to_owned()));
        assert_eq!(steps[1], (ProcedureStep::Resume, "2026-11-30T05:00:00.000+00:00".to_owned()));
    }

    #[test]
    fn what_is_empty_is_not_stated() {
        let text = "objective = \"\"\nplace = \"  \"\nlate_start_tolerance = \"\"\n[[people]]\nname = \"\"\nrole = \"approver\"\n[[people]]\nrole = \"observer\"\n[targets]\n\
                    exposure = { limit = \"\", source = \"\" }\nlargest_gap = { source = \"audit\" }\n\
                    open_findings = { limit = \"\" }\n[planned]\npause = \"\"\n";
        assert_eq!(read(text).unwrap(), TestSheet::default());
    }

    #[test]
    fn what_is_wrong_is_refused_in_one_sentence_with_its_line() {
        let long = format!("objective = \"{}\"", "x".repeat(5000));
        for (text, line, said) in [
            ("\nobjectve = \"a\"", 2, "unknown field `objectve`"),
            ("[[people]]\nname = \"Kim\"\nrole = \"boss\"", 3, "unknown variant `boss`"),
            ("[targets]\n\nexposure = { limit = \"2\" }", 3, "no duration"),
            ("late_start_tolerance = \"soon\"", 1, "no duration"),
            ("[targets]\nexposure = { limit = \"2h\", form = 1 }", 2, "unknown field `form`"),
            ("[targets]\nopen_findings = { limit = -1 }", 2, "no whole number"),
            ("[targets]\nopen_findings = { limit = 0.5 }", 2, "no whole number"),
            ("[targets]\nopen_findings = { limit = \"none\" }", 2, "no whole number"),
            ("[targets]\nopen_findings = 0", 2, "expected a limit, like { limit = 0 }"),
            ("[targets]\nexposure = 5", 2, "expected a limit, like { limit = \"14h\" }"),
            ("[people]\nname = \"Kim\"", 1, "invalid type: table, expected a list"),
            ("planned = [1]", 1, "invalid type: list, expected a table"),
            ("[planned]\npause = 2026-11-29T20:00:00", 2, "no time with an offset"),
            ("[planned]\npause = \"soon\"", 2, "no time with an offset"),
            ("[planned]\npause = 7", 2, "a time is wanted"),
            ("[planned]\n\nlunch = 2026-11-29T20:00:00Z", 3, "unknown variant `lunch`"),
            ("objective = \"a\\u0007b\"", 1, "control character"),
            (&long, 1, "longer than"),
            ("objective = 7", 1, "invalid type: integer `7`, expected a text"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(said) && error.contains(&format!("line {line}: ")), "{error}");
            assert!(error.contains("plan.toml") && error.lines().count() == 1, "{error}");
        }
        assert!(read(&"#".repeat(200 << 10)).unwrap_err().contains("longer than 128 KiB"));
        assert!(load_plan(Path::new("/dev/zero")).unwrap_err().to_string().contains("a device"));
    }
}
