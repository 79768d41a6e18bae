//! Whether one value fits a parameter.
//!
//! Owns types, bounds, lists and enums for a value that is there. What is missing or unknown belongs to `validate`.

use super::datetime;
use super::tool::{Parameter, ParameterType};
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

/// The kind of an input's error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum ErrorType {
    /// A value, or the ending of a file's name, of another type.
    WrongType,
    /// One value where a list is expected.
    NotArray,
    /// A number below `min` or above `max`.
    OutOfRange,
    /// None of the values of an enum.
    NotInEnum,
    /// A text that is no date or time.
    InvalidDatetime,
    /// Missing.
    Required,
    /// A name that the tool does not know.
    NotAllowed,
}

/// Why a value does not fit.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) kind: ErrorType,
    pub(super) expected: String,
    pub(super) actual: String,
    /// The whole in words, without the parameter's name.
    pub(super) words: String,
}

/// The longest start of a value that a message shows, in characters.
const SHOWN: usize = 80;

/// Checks a value and returns it as the tool gets it: `3.0` for an integer becomes `3`.
pub(super) fn check_value(parameter: &Parameter, value: &Value) -> Result<Value, Problem> {
    if !parameter.array {
        return check_one(parameter, value, "");
    }
    let Value::Array(items) = value else {
        let expected = format!("a list of {}", parameter.kind);
        return Err(problem(ErrorType::NotArray, expected, value, ""));
    };
    let check = |(at, item)| check_one(parameter, item, &format!("item {at}: "));
    items.iter().enumerate().map(check).collect::<Result<Vec<_>, _>>().map(Value::Array)
}

fn check_one(parameter: &Parameter, value: &Value, subject: &str) -> Result<Value, Problem> {
    let wrong = || problem(ErrorType::WrongType, parameter.kind.to_string(), value, subject);
    let dated = |good: fn(&str) -> bool, example: &str| match value.as_str() {
        Some(text) if good(text) => Ok(value.clone()),
        Some(_) => {
            let expected = format!("{} such as {example}", parameter.kind);
            Err(problem(ErrorType::InvalidDatetime, expected, value, subject))
        }
        None => Err(wrong()),
    };
    match parameter.kind {
        ParameterType::String | ParameterType::Asset if value.is_string() => Ok(value.clone()),
        ParameterType::Boolean if value.is_boolean() => Ok(value.clone()),
        ParameterType::Struct if value.is_object() => Ok(value.clone()),
        ParameterType::Integer => {
            let number = value.as_number().and_then(whole).ok_or_else(wrong)?;
            in_bounds(parameter, number, value, subject)
        }
        ParameterType::Float => {
            let number = value.as_number().cloned().ok_or_else(wrong)?;
            in_bounds(parameter, number, value, subject)
        }
        ParameterType::Enum => one_of(parameter, value, subject),
        ParameterType::Datetime => dated(datetime::is_datetime, "1980-01-31T12:00:00"),
        ParameterType::Date => dated(datetime::is_date, "1980-01-31"),
        ParameterType::Time => dated(datetime::is_time, "12:00:00"),
        ParameterType::String | ParameterType::Asset | ParameterType::Boolean | ParameterType::Struct => Err(wrong()),
    }
}

/// A number without a fraction, as an integer. Callers in JavaScript cannot write `3.0` and `3` apart.
fn whole(number: &Number) -> Option<Number> {
    if number.is_i64() || number.is_u64() {
        return Some(number.clone());
    }
    let value = number.as_f64().filter(|value| value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0)?;
    format!("{value:.0}").parse::<i64>().ok().map(Number::from)
}

fn in_bounds(parameter: &Parameter, number: Number, value: &Value, subject: &str) -> Result<Value, Problem> {
    let below = parameter.min.as_ref().is_some_and(|min| less(&number, min));
    let above = parameter.max.as_ref().is_some_and(|max| less(max, &number));
    if !below && !above {
        return Ok(Value::Number(number));
    }
    let expected = match (&parameter.min, &parameter.max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (_, max) => format!("at most {}", max.as_ref().map(ToString::to_string).unwrap_or_default()),
    };
    Err(problem(ErrorType::OutOfRange, expected, value, subject))
}

/// Whether `a < b`, exact for integers of 64 bits.
fn less(a: &Number, b: &Number) -> bool {
    match (a.as_i128(), b.as_i128()) {
        (Some(a), Some(b)) => a < b,
        _ => a.as_f64() < b.as_f64(),
    }
}

/// Enums compare as JSON, or as text: `values: [1, 2]` takes `"1"` and gives the tool the file's own `1`.
fn one_of(parameter: &Parameter, value: &Value, subject: &str) -> Result<Value, Problem> {
    let text = plain(value);
    let same = |known: &&Value| *known == value || (text.is_some() && plain(known) == text);
    if let Some(known) = parameter.values.iter().find(same) {
        return Ok(known.clone());
    }
    let known: Vec<String> = parameter.values.iter().map(shown).collect();
    Err(problem(ErrorType::NotInEnum, format!("one of {}", known.join(", ")), value, subject))
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn problem(kind: ErrorType, expected: String, value: &Value, subject: &str) -> Problem {
    let actual = format!("{} {}", type_of(value), shown(value)).trim().to_owned();
    let words = format!("{subject}{expected} is expected, not {actual}");
    Problem { kind, expected, actual, words }
}

/// The name of the JSON type; integers have a name of their own.
pub(super) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "struct",
    }
}

/// The start of a value, for messages.
fn shown(value: &Value) -> String {
    if value.is_null() {
        return String::new();
    }
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn number(kind: ParameterType, min: Option<i64>, max: Option<i64>) -> Parameter {
        Parameter { min: min.map(Number::from), max: max.map(Number::from), ..Parameter::new(kind) }
    }

    #[test]
    fn values_fit_or_say_why_not() {
        use ErrorType::{InvalidDatetime, NotArray, NotInEnum, OutOfRange, WrongType};
        use ParameterType as T;
        let list = Parameter { array: true, ..number(T::Integer, Some(0), None) };
        let choice = Parameter { values: vec![json!("a"), json!(1), json!(true)], ..Parameter::new(T::Enum) };
        let cases = [
            (Parameter::new(T::String), json!("x"), Ok(json!("x"))),
            (Parameter::new(T::String), json!(5), Err(WrongType)),
            (Parameter::new(T::Asset), json!("/a"), Ok(json!("/a"))),
            (Parameter::new(T::Integer), json!(3.0), Ok(json!(3))),
            (Parameter::new(T::Integer), json!(-0.0), Ok(json!(0))),
            (Parameter::new(T::Integer), json!(3.5), Err(WrongType)),
            (Parameter::new(T::Integer), json!(1e300), Err(WrongType)),
            (Parameter::new(T::Integer), json!(u64::MAX), Ok(json!(u64::MAX))),
            (Parameter::new(T::Integer), json!("3"), Err(WrongType)),
            (Parameter::new(T::Integer), json!(true), Err(WrongType)),
            (number(T::Integer, Some(0), None), json!(0), Ok(json!(0))),
            (number(T::Integer, Some(0), None), json!(-1), Err(OutOfRange)),
            (number(T::Integer, None, Some(0)), json!(1), Err(OutOfRange)),
            (number(T::Integer, None, Some(i64::MAX)), json!(i64::MAX as u64 + 1), Err(OutOfRange)),
            (number(T::Float, Some(0), Some(1)), json!(1.0001), Err(OutOfRange)),
            (number(T::Float, Some(0), Some(1)), json!(1), Ok(json!(1))),
            (Parameter::new(T::Boolean), json!(false), Ok(json!(false))),
            (Parameter::new(T::Boolean), json!("false"), Err(WrongType)),
            (choice.clone(), json!("1"), Ok(json!(1))),
            (choice.clone(), json!("a"), Ok(json!("a"))),
            (choice, json!("b"), Err(NotInEnum)),
            (Parameter::new(T::Datetime), json!("1980-01-01T12:00:00"), Ok(json!("1980-01-01T12:00:00"))),
            (Parameter::new(T::Datetime), json!("yesterday"), Err(InvalidDatetime)),
            (Parameter::new(T::Date), json!(1980), Err(WrongType)),
            (Parameter::new(T::Time), json!("12:00"), Ok(json!("12:00"))),
            (Parameter::new(T::Struct), json!({"a": [1]}), Ok(json!({"a": [1]}))),
            (Parameter::new(T::Struct), json!([1]), Err(WrongType)),
            (list.clone(), json!([1, 2.0]), Ok(json!([1, 2]))),
            (list.clone(), json!([]), Ok(json!([]))),
            (list.clone(), json!(1), Err(NotArray)),
            (list.clone(), json!([1, -1]), Err(OutOfRange)),
            (list, json!([1, "x"]), Err(WrongType)),
        ];
        for (parameter, value, expected) in cases {
            let found = check_value(&parameter, &value).map_err(|problem| problem.kind);
            assert_eq!(found, expected, "{parameter:?} {value}");
        }
    }

    #[test]
    fn messages_name_the_item_and_cut_long_values() {
        let list = Parameter { array: true, ..number(ParameterType::Integer, Some(0), Some(9)) };
        let words = check_value(&list, &json!([1, 10])).expect_err("too large").words;
        assert_eq!(words, "item 1: 0 to 9 is expected, not integer 10");
        let problem = check_value(&Parameter::new(ParameterType::Integer), &json!("ä".repeat(5000))).expect_err("text");
        assert!(problem.words.len() < 300 && problem.actual.ends_with("..."), "{}", problem.words);
    }
}
