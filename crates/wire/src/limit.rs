//! The argument `limits`: names and units for callers, and the check of what they ask.
//!
//! Owns the table of names. Defaults and ceilings are the policy's.

use runcell_model::limits::{Kind, LimitKind, LimitPolicy, LimitsRequest};
use runcell_model::quantity::Unit;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// A limit as a caller names it.
struct Row {
    name: &'static str,
    kind: LimitKind,
    /// How many of the kind's own units one of the name's is.
    scale: u64,
}

const MIB: u64 = 1 << 20;

/// The limits that are changed most come first.
const ROWS: [Row; 9] = [
    Row { name: "timeout_ms", kind: LimitKind::WallTime, scale: 1 },
    Row { name: "memory_mib", kind: LimitKind::Memory, scale: MIB },
    Row { name: "output_bytes", kind: LimitKind::Output, scale: 1 },
    Row { name: "fuel", kind: LimitKind::Fuel, scale: 1 },
    Row { name: "file_bytes", kind: LimitKind::FileBytes, scale: 1 },
    Row { name: "files", kind: LimitKind::Files, scale: 1 },
    Row { name: "stdin_bytes", kind: LimitKind::Stdin, scale: 1 },
    Row { name: "code_bytes", kind: LimitKind::Code, scale: 1 },
    Row { name: "table_elements", kind: LimitKind::TableElements, scale: 1 },
];

/// A value that is not granted, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// There is none of that name.
    #[error("there is no limit {0:?}; there are: {known}", known = names())]
    Unknown(String),
    /// It is no number.
    #[error("limits.{name} = {value} is no whole number")]
    NoNumber {
        /// The limit.
        name: &'static str,
        /// The given value.
        value: Value,
    },
    /// It is too little or too much.
    #[error("limits.{name} = {asked} is out of range: {least} to {most} are allowed")]
    OutOfRange {
        /// The limit.
        name: &'static str,
        /// The value that was asked for, in the unit of the name.
        asked: Value,
        /// The least that is allowed.
        least: u64,
        /// The most that is allowed.
        most: u64,
    },
}

fn names() -> String {
    ROWS.iter().map(|row| row.name).collect::<Vec<_>>().join(", ")
}

impl Row {
    fn least(&self) -> u64 {
        self.kind.minimum().div_ceil(self.scale)
    }

    fn most(&self, policy: &LimitPolicy) -> u64 {
        policy.ceiling(self.kind) / self.scale
    }

    fn check(&self, policy: &LimitPolicy, value: &Value) -> Result<u64, LimitError> {
        let (least, most) = (self.least(), self.most(policy));
        let number = whole(value).ok_or_else(|| LimitError::NoNumber { name: self.name, value: value.clone() })?;
        match number {
            Some(number) if (least..=most).contains(&number) => Ok(number * self.scale),
            _ => Err(LimitError::OutOfRange { name: self.name, asked: value.clone(), least, most }),
        }
    }
}

/// A whole number, `Some(None)` where it is one but none that could be allowed. Models write `1e9`, `10.0` and `"10"` too.
fn whole(value: &Value) -> Option<Option<u64>> {
    if let Value::String(text) = value {
        return whole(&serde_json::from_str(text).ok().filter(Value::is_number)?);
    }
    if let Some(number) = value.as_u64() {
        return Some(Some(number));
    }
    let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
    Some(format!("{number}").parse().ok())
}

/// The limits of runs, as this site has set them.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LimitListJson {
    /// One for each limit that a run may name.
    pub limits: Vec<LimitJson>,
}

/// A limit of runs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LimitJson {
    /// Its name in `limits` of a run.
    pub name: &'static str,
    /// The smallest value that is granted.
    pub minimum: u64,
    /// The value of a run that does not name it.
    pub default: u64,
    /// The largest value that is granted.
    pub ceiling: u64,
}

impl LimitListJson {
    /// All of them, what is changed most first.
    #[must_use]
    pub fn new(policy: &LimitPolicy) -> Self {
        let limit = |row: &Row| LimitJson {
            name: row.name,
            minimum: row.least(),
            default: policy.default_of(row.kind) / row.scale,
            ceiling: row.most(policy),
        };
        Self { limits: ROWS.iter().map(limit).collect() }
    }
}

/// Checks the limits that a call asks for.
pub fn parse(policy: &LimitPolicy, asked: &BTreeMap<String, Value>) -> Result<LimitsRequest, LimitError> {
    let mut request = LimitsRequest::default();
    for (name, value) in asked.iter().filter(|(_, value)| !value.is_null()) {
        request = match ROWS.iter().find(|row| row.name == name) {
            Some(row) => request.with(row.kind, row.check(policy, value)?),
            // By the name that the configuration and the shell have for it: the service says what is granted, in these words.
            None => {
                let kind = LimitKind::from_name(name).ok_or_else(|| LimitError::Unknown(name.clone()))?;
                let number = whole(value).flatten();
                request.with(kind, number.ok_or(LimitError::NoNumber { name: kind.name(), value: value.clone() })?)
            }
        };
    }
    Ok(request)
}

/// The schema of the argument, with the defaults and ceilings of this installation: pairs, as other free names.
pub fn schema(policy: &LimitPolicy) -> Value {
    let mut text = "Limits other than these (at most those):".to_owned();
    for (index, row) in ROWS.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let (default, most) = (policy.default_of(row.kind) / row.scale, row.most(policy));
        // Writing to a string cannot fail.
        let _ = write!(text, "{comma} {} {default} ({most})", row.name);
    }
    json!({
        "type": "array",
        "description": text,
        "items": {
            "type": "object",
            "properties": { "name": { "type": "string" }, "value": { "type": "integer" } },
            "required": ["name", "value"],
            "additionalProperties": false,
        },
    })
}

/// The limits that matter most, in a sentence.
#[must_use]
pub fn summary(policy: &LimitPolicy) -> String {
    format!(
        "It may take {} s and {} MiB unless `limits` asks for more.",
        policy.default_of(LimitKind::WallTime) / 1000,
        policy.default_of(LimitKind::Memory) / MIB,
    )
}

/// The argument by which a call gets more of `kind`; `None` where there is none.
#[must_use]
pub fn name_of(kind: LimitKind) -> Option<&'static str> {
    ROWS.iter().find(|row| row.kind == kind).map(|row| row.name)
}

/// An amount with its unit.
#[must_use]
pub fn amount(kind: LimitKind, value: u64) -> String {
    match kind.unit() {
        Unit::Count if kind == LimitKind::Files => format!("{value} files"),
        Unit::Count => format!("{value} elements"),
        unit => format!("{value} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_json(text: &str) -> Result<LimitsRequest, String> {
        let asked = serde_json::from_str(text).expect("an object");
        parse(&LimitPolicy::default(), &asked).map_err(|error| error.to_string())
    }

    #[test]
    fn names_carry_their_units() {
        let request = parse_json(r#"{"memory_mib": 64, "timeout_ms": 1500, "fuel": 1e9, "files": null}"#).expect("ok");
        assert_eq!(request.get(LimitKind::Memory), Some(64 * MIB));
        assert_eq!(request.get(LimitKind::WallTime), Some(1500));
        assert_eq!(request.get(LimitKind::Fuel), Some(1_000_000_000));
        assert_eq!(request.get(LimitKind::Files), None);
    }

    #[test]
    fn names_of_the_shell_are_understood_in_their_own_units() {
        let request = parse_json(r#"{"memory_bytes": 70000000, "wall_ms": 9999999999}"#).expect("ok");
        assert_eq!(request.get(LimitKind::Memory), Some(70_000_000));
        assert_eq!(request.get(LimitKind::WallTime), Some(9_999_999_999), "the service refuses it");
    }

    #[test]
    fn what_is_not_granted_is_named_with_what_is() {
        let cases = [
            (r#"{"memory_kib": 1}"#, "there is no limit \"memory_kib\"; there are: timeout_ms, memory_mib"),
            (r#"{"memory_bytes": -1}"#, "limits.memory_bytes = -1 is no whole number"),
            (r#"{"memory_mib": 5000}"#, "limits.memory_mib = 5000 is out of range: 1 to 4096 are allowed"),
            (r#"{"timeout_ms": 0}"#, "limits.timeout_ms = 0 is out of range: 1 to 600000 are allowed"),
            (r#"{"timeout_ms": -5}"#, "limits.timeout_ms = -5 is out of range"),
            (r#"{"fuel": 1e30}"#, "limits.fuel = 1e+30 is out of range"),
            (r#"{"fuel": "many"}"#, "limits.fuel = \"many\" is no whole number"),
            (r#"{"files": 1.5}"#, "limits.files = 1.5 is no whole number"),
        ];
        for (text, expected) in cases {
            let error = parse_json(text).expect_err(text);
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn every_limit_that_a_run_may_choose_has_a_name() {
        for kind in LimitKind::ALL.iter().copied().filter(|kind| !kind.is_fixed()) {
            assert!(name_of(kind).is_some(), "{kind}");
        }
    }
}
