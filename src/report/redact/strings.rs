//! Which strings of a record are names, which are free text, and which are never touched.

use serde_json::Value;

use super::names::Field;

/// Keys of strings that stay.
const FIXED: [&str; 43] = [
    // Times; `from` is also the tag of where a test sheet comes from.
    "at",
    "made_at",
    "since",
    "from",
    "to",
    "stamp",
    "retry_at",
    "received_at",
    "due",
    "earliest",
    "likely",
    "latest",
    // Tags, states and codes; an alarm is named by the dialect.
    "kind",
    "state",
    "cause",
    "edge",
    "target",
    "code",
    "alarm",
    "verdict",
    "certainty",
    "role",
    "marker",
    "arrival",
    "statement",
    "phase",
    "step",
    "resume_policy",
    "action",
    "known",
    "reading",
    "log",
    "decision",
    "overruled",
    // These name nobody and no machine, and a report is checked by them.
    "run",
    "retest",
    "program",
    "dialect",
    "sha256",
    "host_key",
    "fingerprint",
    "type",
    "key",
];

/// What is done with a string of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Treatment {
    /// A code, a state, a time, a digest: it stays.
    Fixed,
    /// A short text in which addresses and paths are not looked for: `4.4.1.0` is a release.
    Known,
    /// The state of a service in the appliance's own words.
    Service,
    /// A name.
    Name(Field),
    /// Free text.
    Text,
}

/// Calls `see` with every string of a record.
pub(super) fn each_string(record: &mut Value, see: &mut impl FnMut(Treatment, &mut String)) {
    let kind = record.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
    walk(record, &kind, ["", ""], see);
}

/// `place`: the keys of the object that holds `value`, and of `value` in it. The elements of a list have the keys of the
/// list.
fn walk(value: &mut Value, kind: &str, place: [&str; 2], see: &mut impl FnMut(Treatment, &mut String)) {
    match value {
        Value::String(text) => see(treatment(kind, place), text),
        Value::Array(elements) => elements.iter_mut().for_each(|element| walk(element, kind, place, see)),
        Value::Object(fields) => {
            for (key, field) in fields.iter_mut() {
                walk(field, kind, [place[1], key], see);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// By the kind of the record, the key of the object and the key in it. What is not listed is free text, so that a new
/// field is redacted until somebody decides otherwise.
fn treatment(kind: &str, [parent, key]: [&str; 2]) -> Treatment {
    match (kind, parent, key) {
        ("run_ended", "", "name") => Treatment::Fixed,
        ("run_started", "", "primary" | "dr") => Treatment::Name(Field::Destination),
        ("names_confirmed", "", "primary" | "dr") | (_, _, "hostname") => Treatment::Name(Field::Host),
        ("bucket_named", "reading", "known") | (_, "listing", "name") | (_, _, "bucket") => {
            Treatment::Name(Field::Bucket)
        }
        ("signed", "", "name") | (_, "people", "name") | (_, _, "engineer" | "owner") => {
            Treatment::Name(Field::Person)
        }
        (_, "sheet", "place") => Treatment::Name(Field::Place),
        (_, _, "user" | "recorder") => Treatment::Name(Field::Account),
        (_, _, "serial") => Treatment::Name(Field::Serial),
        (_, "log" | "origin", "file") | (_, "imported", "files") => Treatment::Name(Field::Path),
        ("service_read", "known", "busy" | "running") => Treatment::Service,
        (_, _, "release" | "product" | "model") | (_, "other", "name") => Treatment::Known,
        _ if FIXED.contains(&key) => Treatment::Fixed,
        _ => Treatment::Text,
    }
}
