//! Comparing two summaries field by field. Which fields a summary is held to is not decided here.

use serde_json::Value;

use crate::text::excerpt;

/// Characters of a value in a sentence.
const EXCERPT: usize = 200;

/// A place in which what is told is not what follows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Its path, as `phases[1].seconds`.
    pub(super) field: String,
    /// What is told, in short; `None` where the field is missing.
    pub(super) told: Option<String>,
    /// What follows, in short; `None` where nothing does.
    pub(super) follows: Option<String>,
}

/// All places in which `told` is not `follows`: of every object first what follows, then what else is told.
pub(super) fn differences(field: &str, told: &Value, follows: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(field, told, follows, &mut found);
    found
}

fn compare(field: &str, told: &Value, follows: &Value, found: &mut Vec<Difference>) {
    match (told, follows) {
        (Value::Object(told), Value::Object(follows)) => {
            let below =
                |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
            for (name, follows) in follows {
                match told.get(name) {
                    Some(told) => compare(&below(name), told, follows, found),
                    None => found.push(Difference {
                        field: below(name),
                        told: None,
                        follows: Some(excerpt(&follows.to_string(), EXCERPT)),
                    }),
                }
            }
            let unknown = told.iter().filter(|(name, _)| !follows.contains_key(*name));
            found.extend(unknown.map(|(name, told)| Difference {
                field: below(name),
                told: Some(excerpt(&told.to_string(), EXCERPT)),
                follows: None,
            }));
        }
        (Value::Array(told), Value::Array(follows)) if told.len() == follows.len() => {
            for (at, (told, follows)) in told.iter().zip(follows).enumerate() {
                compare(&format!("{field}[{at}]"), told, follows, found);
            }
        }
        _ if told == follows => {}
        _ => found.push(Difference {
            field: field.to_owned(),
            told: Some(excerpt(&told.to_string(), EXCERPT)),
            follows: Some(excerpt(&follows.to_string(), EXCERPT)),
        }),
    }
}

/// `early`, with what `told` says wherever `late` says something else.
pub(super) fn timeless(early: Value, late: &Value, told: &Value) -> Value {
    match (early, late, told) {
        (early, late, _) if early == *late => early,
        (Value::Object(early), Value::Object(late), Value::Object(told)) => {
            let of = |(name, early): (String, Value)| {
                let value = match (late.get(&name), told.get(&name)) {
                    (Some(late), Some(told)) => timeless(early, late, told),
                    _ => early,
                };
                (name, value)
            };
            Value::Object(early.into_iter().map(of).collect())
        }
        (Value::Array(early), Value::Array(late), Value::Array(told))
            if early.len() == late.len() && early.len() == told.len() =>
        {
            let each = early.into_iter().zip(late).zip(told);
            Value::Array(each.map(|((early, late), told)| timeless(early, late, told)).collect())
        }
        (_, _, told) => told.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(told: &Value, follows: &Value) -> Vec<String> {
        differences("", told, follows).into_iter().map(|difference| difference.field).collect()
    }

    #[test]
    fn every_field_that_differs_is_named_by_its_path() {
        let follows = json!({"a": 1, "b": {"c": [{"d": 1.5}, {"d": null}]}});
        assert_eq!(found(&follows, &follows), [""; 0]);
        let told = json!({"a": 2, "b": {"c": [{"d": 1.5}, {"d": 0}]}});
        assert_eq!(found(&told, &follows), ["a", "b.c[1].d"]);
        let told = json!({"a": 1, "b": {"c": [{"d": 1.5}]}});
        assert_eq!(found(&told, &follows), ["b.c"]);
        let told = json!({"b": {"c": [{"d": 1.5}, {"d": null}]}, "e": 1});
        assert_eq!(found(&told, &follows), ["a", "e"]);
        assert_eq!(found(&json!([follows]), &follows), [""]);
    }

    #[test]
    fn what_depends_on_the_time_is_taken_as_told_and_nothing_else() {
        let (early, late) =
            (json!({"a": 1, "b": [{"c": 2, "d": 3}]}), json!({"a": 1, "b": [{"c": 9, "d": 3}]}));
        let told = json!({"a": 5, "b": [{"c": 7, "d": 8}]});
        assert_eq!(timeless(early, &late, &told), json!({"a": 1, "b": [{"c": 7, "d": 3}]}));
    }
}
