//! Comparing a summary with what follows from the journal, field by field.

use serde_json::Value;

use crate::text::excerpt;

pub(super) const MAX_EXCERPT_CHARS: usize = 200;

/// A field of a summary that does not follow from the journal.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Its path, as `phases[1].seconds`.
    pub(super) field: String,
    /// The value in the summary, cut.
    pub(super) stated: String,
    /// The value that follows, cut.
    pub(super) follows: String,
}

impl Difference {
    fn new(field: &str, stated: Option<&Value>, follows: Option<&Value>) -> Self {
        let short = |value: Option<&Value>, absent: &str| {
            value.map_or_else(|| absent.to_owned(), |value| excerpt(&value.to_string(), MAX_EXCERPT_CHARS))
        };
        Self { field: field.to_owned(), stated: short(stated, "missing"), follows: short(follows, "nothing") }
    }
}

/// Who wrote a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writer {
    /// This version of drwatch, to the letter.
    This,
    /// Another, which may word a sentence otherwise and did not know each figure yet.
    Another,
}

impl Writer {
    /// Whether its text counts as equal, whatever it says.
    fn may_word(self, text: &Value) -> bool {
        self == Self::Another && text.as_str().is_some_and(|text| text.contains(' '))
    }
}

/// The first field in which `stated`, by that writer, is not what follows. What differs between `follows` and `later`, the
/// same at a later time, depends on the time and is not compared.
pub(super) fn first_difference(
    writer: Writer,
    field: &str,
    stated: &Value,
    follows: &Value,
    later: &Value,
) -> Option<Difference> {
    match (stated, follows, later) {
        (Value::Object(stated), Value::Object(follows), Value::Object(later)) => {
            // A field that nobody writes is a change as well: readers of the summary may trust it.
            let unknown = stated.keys().filter(|name| !follows.contains_key(*name));
            follows.keys().chain(unknown).find_map(|name| {
                let field = if field.is_empty() { name.clone() } else { format!("{field}.{name}") };
                match (stated.get(name), follows.get(name)) {
                    (Some(stated), Some(follows)) => {
                        first_difference(writer, &field, stated, follows, later.get(name).unwrap_or(follows))
                    }
                    (None, _) if writer == Writer::Another => None,
                    (stated, follows) => Some(Difference::new(&field, stated, follows)),
                }
            })
        }
        (Value::Array(stated), Value::Array(follows), Value::Array(later))
            if stated.len() == follows.len() && later.len() == follows.len() =>
        {
            let mut each = stated.iter().zip(follows).zip(later).enumerate();
            each.find_map(|(at, ((stated, follows), later))| {
                first_difference(writer, &format!("{field}[{at}]"), stated, follows, later)
            })
        }
        // More or fewer sentences.
        (Value::Array(stated), Value::Array(follows), _)
            if stated.iter().chain(follows).all(|text| writer.may_word(text)) =>
        {
            None
        }
        _ if writer.may_word(stated) && writer.may_word(follows) => None,
        _ if stated == follows || follows != later => None,
        _ => Some(Difference::new(field, Some(stated), Some(follows))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(stated: &Value, follows: &Value) -> Option<String> {
        first_difference(Writer::This, "", stated, follows, follows).map(|difference| difference.field)
    }

    #[test]
    fn the_first_field_that_differs_is_named_by_its_path() {
        let follows = json!({"a": 1, "b": {"c": [{"d": 1.5}, {"d": null}]}});
        assert_eq!(found(&follows, &follows), None);
        for (stated, field) in [
            (json!({"a": 2, "b": {"c": [{"d": 1.5}, {"d": 0}]}}), "a"),
            (json!({"a": 1, "b": {"c": [{"d": 1.5}, {"d": 0}]}}), "b.c[1].d"),
            (json!({"a": 1, "b": {"c": [{"d": 1.5}]}}), "b.c"),
            (json!({"b": {"c": [{"d": 1.5}, {"d": null}]}, "e": 1}), "a"),
            (json!({"a": 1, "b": {"c": [{"d": 1.5}, {"d": null}]}, "e": 1}), "e"),
            (json!([follows]), ""),
        ] {
            assert_eq!(found(&stated, &follows).as_deref(), Some(field), "{stated}");
        }
        let difference = first_difference(Writer::This, "", &json!({}), &follows, &follows).unwrap();
        assert_eq!((difference.stated.as_str(), difference.follows.as_str()), ("missing", "1"));
        let difference =
            first_difference(Writer::This, "", &json!({"a": 7}), &json!({}), &json!({})).unwrap();
        assert_eq!((difference.stated.as_str(), difference.follows.as_str()), ("7", "nothing"));
    }

    #[test]
    fn another_version_is_held_to_its_figures_and_codes_but_not_to_its_sentences() {
        let follows =
            json!({"n": 1, "code": "alarm", "text": "It rang.", "missing": ["One thing.", "Two things."]});
        let found = |stated: Value| {
            let by = |writer| first_difference(writer, "", &stated, &follows, &follows).map(|it| it.field);
            (by(Writer::This), by(Writer::Another))
        };
        let some = |field: &str| Some(field.to_owned());
        for (stated, this, another) in [
            (json!({"n": 1, "code": "alarm", "text": "It has rung.", "missing": []}), some("missing"), None),
            (json!({"n": 1, "code": "alarm", "text": "It has rung."}), some("missing"), None),
            (json!({"n": 2, "code": "alarm", "text": "It rang."}), some("missing"), some("n")),
            (json!({"n": 1, "code": "stall", "text": "It rang."}), some("code"), some("code")),
            (json!({"n": 1, "code": "alarm", "text": null}), some("missing"), some("text")),
            (json!({"n": 1, "code": "alarm", "more": 1}), some("missing"), some("more")),
        ] {
            assert_eq!(found(stated.clone()), (this, another), "{stated}");
        }
    }

    #[test]
    fn what_depends_on_the_time_is_not_compared_and_all_else_is() {
        let (follows, later) =
            (json!({"a": 1, "b": [{"c": 2, "d": 3}]}), json!({"a": 1, "b": [{"c": 9, "d": 3}]}));
        let field = |stated: &Value| {
            first_difference(Writer::This, "", stated, &follows, &later).map(|found| found.field)
        };
        assert_eq!(field(&json!({"a": 1, "b": [{"c": 7, "d": 3}]})), None);
        assert_eq!(field(&json!({"a": 5, "b": [{"c": 7, "d": 3}]})).as_deref(), Some("a"));
        assert_eq!(field(&json!({"a": 1, "b": [{"c": 7, "d": 8}]})).as_deref(), Some("b[0].d"));
    }
}
