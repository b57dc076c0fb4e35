//! `assets/summary.schema.json` is derived from the fields of the summary, and every summary follows it.
//!
//! After a change of the summary: `DRWATCH_WRITE_SCHEMA=1 cargo test --lib report::tests::schema`.

use std::{env, fs, path::Path};

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::samples::{restored, troubled, unknown};
use crate::{
    report,
    run::{RedactedWord, Redaction, Summary},
};

const ASSET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/summary.schema.json");

fn generated() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<Summary>().to_value();
    in_json_words(&mut schema);
    close(&mut schema, false);
    let mut whole = Map::new();
    let about = "What drwatch writes as summary.json and `drwatch report --format json` prints. Names of lengths of time \
                 end with their unit, except `seconds`, `age` and `limit`, which are in seconds. What is unknown is null.";
    whole.insert("$id".to_owned(), "urn:drwatch:summary:1".into());
    whole.insert("title".to_owned(), "Summary of a disaster-recovery test".into());
    whole.insert("description".to_owned(), about.into());
    for (key, value) in schema.as_object().unwrap() {
        whole.entry(key.clone()).or_insert_with(|| value.clone());
    }
    Value::Object(whole)
}

/// The docs of the fields speak of Rust; their readers here read JSON.
fn in_json_words(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(text)) = fields.get_mut("description") {
                *text =
                    text.replace("`None`", "null").replace("[`", "`").replace("`]", "`").replace('\n', " ");
            }
            fields.values_mut().for_each(in_json_words);
        }
        Value::Array(list) => list.iter_mut().for_each(in_json_words),
        _ => {}
    }
}

/// Allows no other keys than those named. Where an object is made of several parts, the parts leave that to the whole.
fn close(schema: &mut Value, is_part: bool) {
    let Value::Object(fields) = schema else { return };
    let has_parts = ["oneOf", "anyOf", "allOf", "$ref"].iter().any(|key| fields.contains_key(*key));
    let is_whole = fields.contains_key("properties") && !is_part;
    if is_whole {
        let key = if has_parts { "unevaluatedProperties" } else { "additionalProperties" };
        fields.insert(key.to_owned(), false.into());
    }
    for (key, value) in fields.iter_mut() {
        match (key.as_str(), value) {
            ("oneOf" | "anyOf" | "allOf", Value::Array(parts)) => {
                for part in parts {
                    close(part, is_part || is_whole);
                }
            }
            ("properties" | "$defs", Value::Object(schemas)) => {
                for schema in schemas.values_mut() {
                    close(schema, false);
                }
            }
            ("items" | "additionalProperties", schema) => close(schema, false),
            _ => {}
        }
    }
}

/// What does not follow the shipped schema in a summary, each with its place.
pub(crate) fn faults(summary: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(&fs::read_to_string(ASSET).unwrap()).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    validator.iter_errors(summary).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn value(summary: &Summary) -> Value {
    serde_json::from_str(&report::json(summary).unwrap()).unwrap()
}

#[test]
fn the_shipped_schema_is_that_of_the_summary() {
    let text = serde_json::to_string_pretty(&generated()).unwrap() + "\n";
    if env::var_os("DRWATCH_WRITE_SCHEMA").is_some() {
        fs::write(ASSET, &text).unwrap();
    }
    let shipped = fs::read_to_string(Path::new(ASSET)).unwrap();
    assert!(
        shipped == text,
        "the fields of the summary changed: set DRWATCH_WRITE_SCHEMA=1 and run this test again"
    );
}

#[test]
fn every_field_of_the_schema_says_what_it_means() {
    fn undescribed(schema: &Value, path: &str, found: &mut Vec<String>) {
        let Some(fields) = schema.as_object() else { return };
        for (key, value) in fields {
            let path = format!("{path}/{key}");
            if let (true, Some(properties)) = (key == "properties", value.as_object()) {
                // The only key of a variant says what the variant says; a tag has nothing to say.
                let is_variant = properties.len() == 1 && fields.contains_key("description");
                let is_silent = |field: &Value| field.get("description").or(field.get("const")).is_none();
                let silent = properties.iter().filter(|(_, field)| !is_variant && is_silent(field));
                found.extend(silent.map(|(name, _)| format!("{path}/{name}")));
            }
            match value {
                Value::Array(list) => list.iter().for_each(|value| undescribed(value, &path, found)),
                value => undescribed(value, &path, found),
            }
        }
    }
    let mut found = Vec::new();
    undescribed(&generated(), "", &mut found);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn sample_summaries_follow_the_schema() {
    let mut redacted = restored();
    let word = RedactedWord { word: "host-1".to_owned(), hmac_sha256: "0".repeat(64) };
    redacted.redacted = Some(Redaction { notice: "This report is redacted".to_owned(), words: vec![word] });
    for summary in [restored(), troubled(), unknown(), redacted] {
        assert_eq!(faults(&value(&summary)), Vec::<String>::new());
    }
}

#[test]
fn each_change_of_a_summary_that_is_none_of_its_forms_is_found() {
    let whole = value(&restored());
    let changed = |change: fn(&mut Value)| {
        let mut summary = whole.clone();
        change(&mut summary);
        faults(&summary).join("; ")
    };
    for (change, place) in [
        ((|summary| summary["threads"] = json!("128")) as fn(&mut Value), "/threads"),
        (|summary| summary["schema"] = json!("drwatch-summary/2"), "/schema"),
        (|summary| summary["outcome"] = json!("saved"), "/outcome"),
        (|summary| summary["phases"][0]["name"] = json!("stage-3"), "/phases/0/name"),
        (|summary| summary["actions"][0]["state"] = json!("done"), "/actions/0/state"),
        (|summary| summary["findings"][0]["code"] = json!("odd"), "/findings/0/code"),
        (|summary| summary["started_at"] = json!("yesterday"), "/started_at"),
        (|summary| summary["log"]["lines"] = json!(-1), "/log/lines"),
        (|summary| summary["exposure"]["total_seconds"] = json!(-1.5), "/exposure/total_seconds"),
        (|summary| drop(summary.as_object_mut().unwrap().remove("bucket")), "bucket"),
        (|summary| drop(summary["download"].as_object_mut().unwrap().remove("counter")), "counter"),
        (|summary| summary["humming"] = json!(true), "humming"),
        (|summary| summary["gaps"][0]["humming"] = json!(1), "humming"),
        (|summary| summary["test_sheet"]["humming"] = json!(1), "humming"),
        (
            |summary| {
                summary["criteria"] = json!([{"target": "exposure", "limit": 60, "source": null, "measured": 1.0,
                    "judgement": "passed", "reason": "x", "records": [], "humming": 1}]);
            },
            "humming",
        ),
    ] {
        let found = changed(change);
        assert!(found.contains(place), "{place}: {found}");
    }
}
