//! Whether the inputs of a job fit a tool: every error at once, in the shape that users of gorun know.
//!
//! Owns what is required, unknown and filled in with defaults, and the shape of an error. One value against one type is
//! `value`'s.

use super::tool::{Dataset, ToolSpec};
use super::value::{ErrorType, check_value};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A dataset as a caller gives it; the names are the caller's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenData {
    /// One file.
    File(String),
    /// Several files, as a pattern names them.
    Files(Vec<String>),
    /// A folder; what is in it is not checked.
    Folder,
}

/// Inputs that fit a tool.
#[derive(Debug, Clone, PartialEq)]
pub struct ValidInputs {
    /// The parameters, defaults included, each as the tool gets it.
    pub parameters: Map<String, Value>,
}

/// An input that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ValidationError {
    /// Whether it is a parameter or a dataset.
    pub field: Field,
    /// Its name.
    pub name: String,
    /// The kind of error.
    #[serde(rename = "type")]
    pub kind: ErrorType,
    /// A value that would fit, in words.
    pub expected: String,
    /// The given value; long ones are cut.
    pub actual: String,
    /// The whole in a sentence.
    pub message: String,
}

/// Which of the two kinds of input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Field {
    /// A parameter.
    Parameters,
    /// A dataset.
    Data,
}

impl Field {
    fn one(self) -> &'static str {
        match self {
            Self::Parameters => "parameter",
            Self::Data => "dataset",
        }
    }
}

/// Checks parameters and datasets against a tool and fills in defaults, which are checked as well. `null` counts as not
/// given.
///
/// # Errors
/// Everything that does not fit: first what the tool describes, in its order, then names that it does not know.
pub fn validate(
    spec: &ToolSpec,
    parameters: &Map<String, Value>,
    data: &BTreeMap<String, GivenData>,
) -> Result<ValidInputs, Vec<ValidationError>> {
    let mut errors = Vec::new();
    let valid = check_parameters(spec, parameters, &mut errors);
    for (name, dataset) in &spec.data {
        check_data(name, dataset, data.get(name), &mut errors);
    }
    let known: Vec<&str> = spec.parameters.keys().map(String::as_str).collect();
    errors.extend(parameters.keys().filter_map(|name| unknown(Field::Parameters, name, &known)));
    let known: Vec<&str> = spec.data.keys().map(String::as_str).collect();
    errors.extend(data.keys().filter_map(|name| unknown(Field::Data, name, &known)));
    if errors.is_empty() { Ok(ValidInputs { parameters: valid }) } else { Err(errors) }
}

fn check_parameters(
    spec: &ToolSpec,
    given: &Map<String, Value>,
    errors: &mut Vec<ValidationError>,
) -> Map<String, Value> {
    let mut valid = Map::new();
    for (name, parameter) in &spec.parameters {
        let given = given.get(name).filter(|value| !value.is_null());
        let Some(value) = given.or(parameter.default.as_ref()) else {
            if parameter.is_required() {
                let list = if parameter.array { "a list of " } else { "" };
                errors.push(required(Field::Parameters, name, format!("{list}{}", parameter.kind)));
            }
            continue;
        };
        match check_value(parameter, value) {
            Ok(value) => drop(valid.insert(name.clone(), value)),
            Err(problem) => {
                let whose = if given.is_some() { "" } else { "the tool's own default: " };
                errors.push(ValidationError {
                    field: Field::Parameters,
                    name: name.clone(),
                    kind: problem.kind,
                    message: format!("parameter {name:?}: {whose}{}", problem.words),
                    expected: problem.expected,
                    actual: problem.actual,
                });
            }
        }
    }
    valid
}

fn check_data(name: &str, dataset: &Dataset, given: Option<&GivenData>, errors: &mut Vec<ValidationError>) {
    let files = match given {
        None if dataset.optional => return,
        None => {
            let what = if dataset.extension.is_empty() { "file".into() } else { endings(dataset) };
            return errors.push(required(Field::Data, name, what));
        }
        Some(GivenData::Folder) => return,
        Some(GivenData::Files(files)) if files.is_empty() => {
            return errors.push(required(Field::Data, name, "at least one file".into()));
        }
        Some(GivenData::File(file)) => std::slice::from_ref(file),
        Some(GivenData::Files(files)) => files.as_slice(),
    };
    if let Some(file) = files.iter().find(|file| !dataset.takes(file)) {
        let (expected, actual) = (endings(dataset), file.chars().take(80).collect::<String>());
        let message = format!("dataset {name:?}: {expected} is expected, not {actual:?}");
        errors.push(ValidationError {
            field: Field::Data,
            name: name.to_owned(),
            kind: ErrorType::WrongType,
            expected,
            actual,
            message,
        });
    }
}

fn endings(dataset: &Dataset) -> String {
    format!("a file that ends with .{}", dataset.extension.join(" or ."))
}

fn required(field: Field, name: &str, expected: String) -> ValidationError {
    let message = format!("{} {name:?} is required: {expected} is expected", field.one());
    ValidationError {
        field,
        name: name.to_owned(),
        kind: ErrorType::Required,
        expected,
        actual: "missing".into(),
        message,
    }
}

fn unknown(field: Field, name: &str, known: &[&str]) -> Option<ValidationError> {
    if known.contains(&name) {
        return None;
    }
    let expected = if known.is_empty() { format!("no {}", field.one()) } else { known.join(", ") };
    let near = nearest(name, known).map(|near| format!("; did you mean {near:?}?")).unwrap_or_default();
    let shown: String = name.chars().take(80).collect();
    let message = match known.is_empty() {
        true => format!("{} {shown:?} is not known: the tool takes none", field.one()),
        false => format!("{} {shown:?} is not known: the tool takes {expected}{near}", field.one()),
    };
    let (kind, actual) = (ErrorType::NotAllowed, shown.clone());
    Some(ValidationError { field, name: shown, kind, expected, actual, message })
}

/// The known name that is closest to one that was mistyped, if any is close.
pub(super) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace('-', "_").chars().take(64).collect::<Vec<_>>();
    let name = plain(name);
    let distances = known.iter().map(|known| (distance(&name, &plain(known)), *known));
    distances.min_by_key(|(far, _)| *far).filter(|(far, _)| *far <= 2.max(name.len() / 4)).map(|(_, known)| known)
}

/// How many characters have to be added, left out or changed.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::parse_tools;
    use serde_json::json;

    fn tool(body: &str) -> ToolSpec {
        let text = format!("tools:\n  t:\n    title: T\n{body}");
        parse_tools(text.as_bytes()).expect(body).tools.pop().expect("a good tool")
    }

    fn rich() -> ToolSpec {
        tool(
            "    parameters:\n      count: {type: integer, min: 0}\n      mode: {type: enum, values: [a, b], default: a}\n      \
             note: {type: string, optional: true}\n      when: {type: datetime, default: 1980-01-01T12:00:00}\n      \
             many: {type: float, array: true, optional: true}\n    data:\n      table: {extension: [csv, .TSV]}\n      grid:\n",
        )
    }

    fn data(names: &[(&str, &str)]) -> BTreeMap<String, GivenData> {
        names.iter().map(|(name, file)| ((*name).to_owned(), GivenData::File((*file).to_owned()))).collect()
    }

    fn check(
        tool: &ToolSpec,
        parameters: Value,
        data: &BTreeMap<String, GivenData>,
    ) -> Result<Value, Vec<ValidationError>> {
        let Value::Object(parameters) = parameters else { panic!("an object") };
        validate(tool, &parameters, data).map(|valid| Value::Object(valid.parameters))
    }

    #[test]
    fn defaults_are_filled_in() {
        let good = data(&[("table", "A.CSV"), ("grid", "x")]);
        let found = check(&rich(), json!({"count": 0, "note": null}), &good).expect("valid");
        assert_eq!(found, json!({"count": 0, "mode": "a", "when": "1980-01-01T12:00:00"}));
    }

    #[test]
    fn everything_is_said_at_once_in_the_known_shape() {
        let given = json!({"count": -1, "mode": "c", "note": 3, "when": "soon", "many": 1, "cuont": 1});
        let errors = check(&rich(), given, &data(&[("table", "a.dat"), ("gird", "x")])).expect_err("wrong");
        let short: Vec<_> = errors.iter().map(|e| format!("{} {}", e.name, e.kind)).collect();
        let expected = [
            "count out-of-range",
            "mode not-in-enum",
            "note wrong-type",
            "when invalid-datetime",
            "many not-array",
            "table wrong-type",
            "grid required",
            "cuont not-allowed",
            "gird not-allowed",
        ];
        assert_eq!(short, expected);
        assert!(errors[7].message.contains("count, mode, note, when, many; did you mean \"count\"?"), "{errors:#?}");
        assert!(errors[8].message.contains("did you mean \"grid\"?"), "{errors:#?}");
        let json = serde_json::to_value(&errors[0]).expect("serialises");
        let shape = json!({
            "field": "parameters", "name": "count", "type": "out-of-range", "expected": "at least 0",
            "actual": "integer -1", "message": "parameter \"count\": at least 0 is expected, not integer -1",
        });
        assert_eq!(json, shape);
        assert_eq!(serde_json::to_value(&errors[6]).expect("serialises")["field"], "data");
    }

    #[test]
    fn a_tool_that_needs_nothing_takes_nothing() {
        let empty = tool("");
        assert_eq!(check(&empty, json!({}), &BTreeMap::new()), Ok(json!({})));
        let errors = check(&empty, json!({"x": 1}), &data(&[("y", "z")])).expect_err("unknown");
        assert!(
            errors.iter().all(|error| error.kind == ErrorType::NotAllowed && error.message.ends_with("takes none"))
        );
    }

    #[test]
    fn a_default_that_does_not_fit_is_warned_of_and_refused_when_used() {
        let odd = tool("    parameters: {a: {type: integer, default: many}}\n");
        assert!(odd.warnings[0].contains("`default` does not fit"), "{:?}", odd.warnings);
        let error = &check(&odd, json!({}), &BTreeMap::new()).expect_err("used")[0];
        assert!(error.message.contains("the tool's own default"), "{error}");
        assert_eq!(check(&odd, json!({"a": 1}), &BTreeMap::new()), Ok(json!({"a": 1})));
    }

    #[test]
    fn several_files_and_folders_are_datasets() {
        let tool = rich();
        let mut given = data(&[("grid", "x")]);
        let cases = [
            (GivenData::Folder, None),
            (GivenData::Files(vec!["a.csv".into(), "b.tsv".into()]), None),
            (GivenData::Files(vec!["a.csv".into(), "b.txt".into()]), Some(ErrorType::WrongType)),
            (GivenData::Files(vec![]), Some(ErrorType::Required)),
        ];
        for (table, expected) in cases {
            given.insert("table".into(), table.clone());
            let found = check(&tool, json!({"count": 1}), &given).err().map(|errors| errors[0].kind);
            assert_eq!(found, expected, "{table:?}");
        }
    }

    #[test]
    fn names_far_away_are_not_suggested() {
        assert_eq!(nearest("foo-int", &["foo_int", "foo_float"]), Some("foo_int"));
        assert_eq!(nearest("completely", &["foo_int", "foo_float"]), None);
    }
}
