//! Plain data: what a function may return, and how it is compared and written.

use std::fmt;

use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};

/// A copied result. Written `"null"`, `{"number": "7"}`, `{"list": […]}` and so on by the
/// sandbox, which needs more than JSON: `undefined`, `NaN`, the infinities and −0.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Plain {
    /// `undefined`.
    Undefined,
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// Any number; sent as text because JSON has no `NaN`.
    #[serde(deserialize_with = "number_from_text")]
    Number(f64),
    /// A string.
    Text(String),
    /// An array; a hole in it counts as `undefined`.
    List(Vec<Plain>),
    /// An object's own enumerable properties, in its order.
    Record(Vec<(String, Plain)>),
}

impl Plain {
    /// Whether this is what was expected, as `===` would have it all the way down: `true` is not
    /// `1`, `7` is not `"7"`. 0 and −0 are the same; `NaN` equals nothing. The order of an
    /// object's properties does not matter, but a property too many or too few does.
    pub fn matches(&self, expected: &Plain) -> bool {
        match (self, expected) {
            (Plain::List(got), Plain::List(expected)) => {
                got.len() == expected.len() && got.iter().zip(expected).all(|(g, e)| g.matches(e))
            }
            (Plain::Record(got), Plain::Record(expected)) => {
                got.len() == expected.len()
                    && expected
                        .iter()
                        .all(|(key, value)| got.iter().any(|(k, v)| k == key && v.matches(value)))
            }
            (got, expected) => got == expected,
        }
    }
}

impl Plain {
    /// The same value with its properties in the order in which `model` has them, so that two
    /// values can be compared by eye.
    pub fn in_the_order_of(self, model: &Plain) -> Plain {
        match (self, model) {
            (Plain::Record(mut fields), Plain::Record(model)) => {
                fields.sort_by_key(|(key, _)| model.iter().position(|(k, _)| k == key));
                Plain::Record(fields)
            }
            (other, _) => other,
        }
    }
}

impl Plain {
    /// The same value as JSON, unless it holds what JSON cannot say: `undefined`, `NaN` and the
    /// infinities.
    pub fn into_json(self) -> Option<Value> {
        Some(match self {
            Plain::Undefined => return None,
            Plain::Null => Value::Null,
            Plain::Boolean(truth) => truth.into(),
            // Whole numbers stay whole, so that they are written as one would write them.
            Plain::Number(number) if number.fract() == 0.0 && number.abs() < 2f64.powi(53) => {
                (number as i64).into()
            }
            Plain::Number(number) => Value::Number(Number::from_f64(number)?),
            Plain::Text(text) => text.into(),
            Plain::List(items) => {
                items.into_iter().map(Plain::into_json).collect::<Option<Vec<_>>>()?.into()
            }
            Plain::Record(fields) => {
                let fields = fields.into_iter().map(|(key, value)| Some((key, value.into_json()?)));
                Value::Object(fields.collect::<Option<_>>()?)
            }
        })
    }
}

impl From<&Value> for Plain {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Plain::Null,
            Value::Bool(truth) => Plain::Boolean(*truth),
            Value::Number(number) => Plain::Number(number.as_f64().unwrap_or(f64::NAN)),
            Value::String(text) => Plain::Text(text.clone()),
            Value::Array(items) => Plain::List(items.iter().map(Plain::from).collect()),
            Value::Object(fields) => {
                Plain::Record(fields.iter().map(|(k, v)| (k.clone(), v.into())).collect())
            }
        }
    }
}

/// As one would write it in JavaScript.
impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Plain::Undefined => f.write_str("undefined"),
            Plain::Null => f.write_str("null"),
            Plain::Boolean(truth) => write!(f, "{truth}"),
            Plain::Number(number) => write_number(f, *number),
            Plain::Text(text) => write_text(f, text),
            Plain::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Plain::Record(fields) if fields.is_empty() => f.write_str("{}"),
            Plain::Record(fields) => {
                f.write_str("{ ")?;
                for (index, (key, value)) in fields.iter().enumerate() {
                    f.write_str(if index > 0 { ", " } else { "" })?;
                    write_key(f, key)?;
                    write!(f, ": {value}")?;
                }
                f.write_str(" }")
            }
        }
    }
}

fn write_number(f: &mut fmt::Formatter<'_>, number: f64) -> fmt::Result {
    if number == f64::INFINITY {
        f.write_str("Infinity")
    } else if number == f64::NEG_INFINITY {
        f.write_str("-Infinity")
    } else if number.abs() >= 1e21 || (number != 0.0 && number.abs() < 1e-6) {
        write!(f, "{number:e}")
    } else {
        write!(f, "{number}")
    }
}

fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str(&Value::from(text).to_string())
}

fn write_key(f: &mut fmt::Formatter<'_>, key: &str) -> fmt::Result {
    let bare = !key.is_empty()
        && !key.starts_with(|c: char| c.is_ascii_digit())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$');
    if bare { f.write_str(key) } else { write_text(f, key) }
}

fn number_from_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn got(text: &str) -> Plain {
        serde_json::from_str(text).expect("what the sandbox writes can be read")
    }

    fn matches(text: &str, expected: Value) -> bool {
        got(text).matches(&Plain::from(&expected))
    }

    #[test]
    fn only_the_same_kind_of_value_matches() {
        assert!(matches(r#"{"boolean":true}"#, json!(true)));
        for other in [
            r#"{"number":"1"}"#,
            r#"{"text":"true"}"#,
            r#""null""#,
            r#""undefined""#,
            r#"{"list":[{"boolean":true}]}"#,
            r#"{"record":[]}"#,
            r#"{"boolean":false}"#,
        ] {
            assert!(!matches(other, json!(true)), "{other}");
        }
        assert!(!matches(r#"{"text":"7"}"#, json!(7)));
    }

    #[test]
    fn both_zeros_are_equal_and_nan_equals_nothing() {
        assert!(matches(r#"{"number":"-0"}"#, json!(0)));
        assert!(!matches(r#"{"number":"NaN"}"#, json!(0)));
        assert!(!got(r#"{"number":"NaN"}"#).matches(&Plain::Number(f64::NAN)));
        assert!(matches(r#"{"number":"1e+21"}"#, json!(1e21)));
    }

    #[test]
    fn the_order_of_properties_is_free_and_their_number_is_not() {
        let both = r#"{"record":[["b",{"number":"2"}],["a",{"number":"1"}]]}"#;
        assert!(matches(both, json!({"a": 1, "b": 2})));
        assert!(!matches(both, json!({"a": 1})));
        assert!(!matches(both, json!({"a": 1, "b": 2, "c": 3})));
        let twice = r#"{"record":[["a",{"number":"1"}],["a",{"number":"1"}]]}"#;
        assert!(!matches(twice, json!({"a": 1, "b": 1})));
        let ordered = Plain::from(&json!({"a": 1, "b": 2})).in_the_order_of(&got(both));
        assert_eq!(ordered.to_string(), "{ b: 2, a: 1 }");
        let holes = r#"{"record":[["a","undefined"]]}"#;
        assert!(!matches(holes, json!({"a": null})));
    }

    #[test]
    fn json_comes_back_as_it_was() {
        let value = json!({"a": [1, -2.5, "x", null, true], "b": {}});
        assert_eq!(Plain::from(&value).into_json(), Some(value));
        for lost in [r#""undefined""#, r#"{"number":"NaN"}"#, r#"{"list":["undefined"]}"#] {
            assert_eq!(got(lost).into_json(), None, "{lost}");
        }
    }

    #[test]
    fn values_are_written_as_in_javascript() {
        let value = json!({"action": "write", "to key": [7, -1.5, null, true], "none": {}});
        assert_eq!(
            Plain::from(&value).to_string(),
            r#"{ action: "write", none: {}, "to key": [7, -1.5, null, true] }"#
        );
        assert_eq!(got(r#"{"number":"-0"}"#).to_string(), "-0");
        assert_eq!(got(r#"{"number":"-Infinity"}"#).to_string(), "-Infinity");
        assert_eq!(Plain::Number(9_007_199_254_740_991.0).to_string(), "9007199254740991");
    }
}
