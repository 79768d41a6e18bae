//! Keys of the configuration as environment variables: `RUNCELL_SERVER__LISTEN` is `listen` of `[server]`.
//!
//! Owns the names, which are read from the types, and how the text of a variable becomes the value of a key. Reads no
//! environment: the shell face does.

use crate::job::JobLimitKind;
use crate::limits::{Kind, LimitKind};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use std::fmt;
use toml::{Table, Value};

/// How all variables begin.
pub const PREFIX: &str = "RUNCELL_";

/// Between a section and a key.
const BETWEEN: &str = "__";

/// How many letters a mistaken name differs from the right one at most.
const NEAR: usize = 2;

/// A variable that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VariableError {
    /// There is no such key.
    #[error("{name} is no setting{}: see docs/configuration.md for those that there are", Meant(.meant.as_deref()))]
    Unknown {
        /// The variable.
        name: String,
        /// The name that was perhaps meant.
        meant: Option<String>,
    },
    /// Its value does not fit the key.
    #[error("{name} cannot be used: {reason}")]
    Value {
        /// The variable.
        name: String,
        /// The expected value.
        reason: String,
    },
}

struct Meant<'a>(Option<&'a str>);

impl fmt::Display for Meant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |name| write!(f, "; is {name} meant?"))
    }
}

/// The values that a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Text,
    Flag,
    Number,
    List,
    Table,
}

/// The configuration of a table with these variables over it, in the order of their names. `others` are variables of the program that are no keys.
pub(super) fn over<C>(mut table: Table, given: &[(String, String)], others: &[&str]) -> Result<C, VariableError>
where
    C: DeserializeOwned + JsonSchema,
{
    let schema = schema::<C>();
    let mut given: Vec<_> =
        given.iter().filter(|(name, text)| name.starts_with(PREFIX) && !text.trim().is_empty()).collect();
    given.sort();
    for (name, text) in given {
        let value_error = |reason: String| VariableError::Value { name: name.clone(), reason };
        let Some((path, takes)) = key(&schema, name) else {
            unknown(&schema, name, others)?;
            continue;
        };
        put(&mut table, &path, takes.read(text).map_err(value_error)?);
        // One by one, so that an error names its variable.
        table.clone().try_into::<C>().map_err(|error| value_error(error.message().to_owned()))?;
    }
    table.try_into().map_err(|error| VariableError::Value { name: PREFIX.to_owned(), reason: error.to_string() })
}

/// Refuses a name that can only be a mistake. Others may be somebody else's: an engine that starts a service called `runcell`
/// gives it `RUNCELL_PORT` and `RUNCELL_SERVICE_HOST`.
fn unknown(schema: &Json, name: &str, others: &[&str]) -> Result<(), VariableError> {
    if others.contains(&name) {
        return Ok(());
    }
    let mut names = Vec::new();
    all(schema, PREFIX, &mut names);
    names.extend(others.iter().map(|&other| other.to_owned()));
    let distance = |known: &String| strsim::damerau_levenshtein(known, name);
    let meant = names.into_iter().min_by_key(distance).filter(|known| distance(known) <= NEAR);
    if meant.is_none() && !name.contains(BETWEEN) {
        return Ok(());
    }
    Err(VariableError::Unknown { name: name.to_owned(), meant })
}

/// The configuration's keys, with the limits, whose names are the rows of a table.
fn schema<C: JsonSchema>() -> Json {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<C>().to_value();
    schema["properties"]["limits"] = limits::<LimitKind>();
    schema["properties"]["jobs"]["properties"]["limits"] = limits::<JobLimitKind>();
    schema
}

fn limits<K: Kind>() -> Json {
    let kinds: serde_json::Map<String, Json> =
        K::ALL.iter().map(|kind| (kind.row().name.to_owned(), json!({ "type": "integer" }))).collect();
    json!({ "properties": { "default": { "properties": kinds }, "ceiling": { "properties": kinds } } })
}

/// The path of the key that a variable names, and what the key takes.
fn key(schema: &Json, name: &str) -> Option<(Vec<String>, Takes)> {
    let path: Vec<String> = name.strip_prefix(PREFIX)?.split(BETWEEN).map(str::to_ascii_lowercase).collect();
    let mut here = schema;
    for part in &path {
        let (key, named) = (&here["properties"][part], &here["additionalProperties"]);
        here = if key.is_object() { key } else { Some(named).filter(|named| named.is_object() && !part.is_empty())? };
    }
    Some((path, takes(here)))
}

fn takes(schema: &Json) -> Takes {
    let has = |kind: &str| match &schema["type"] {
        Json::Array(kinds) => kinds.iter().any(|one| one == kind),
        one => one == kind,
    };
    match () {
        () if has("boolean") => Takes::Flag,
        () if has("integer") || has("number") => Takes::Number,
        () if has("array") => Takes::List,
        () if has("object") || schema["properties"].is_object() => Takes::Table,
        () => Takes::Text,
    }
}

impl Takes {
    /// The value that the text of a variable means.
    fn read(self, text: &str) -> Result<Value, String> {
        match self {
            Self::Text => Ok(Value::String(text.to_owned())),
            Self::Number => Ok(text.trim().parse().map_or_else(|_| Value::String(text.to_owned()), Value::Integer)),
            Self::Flag => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => Ok(Value::Boolean(true)),
                "false" | "0" | "no" | "off" => Ok(Value::Boolean(false)),
                _ => Err(format!("{text:?} is neither true nor false")),
            },
            Self::List if !text.trim_start().starts_with('[') => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                Ok(Value::Array(parts.map(|part| Value::String(part.to_owned())).collect()))
            }
            Self::List => toml(text, "a list: a,b or [\"a\", \"b\"]"),
            Self::Table => toml(text, "a table as TOML has it: { key = \"value\" }"),
        }
    }
}

fn toml(text: &str, expected: &str) -> Result<Value, String> {
    let value = format!("value = {text}").parse::<Table>().ok().and_then(|mut table| table.remove("value"));
    let fits = value.filter(|value| value.is_array() || value.is_table());
    fits.ok_or_else(|| format!("it is expected to be {expected}"))
}

/// Puts a value where a path leads to.
fn put(table: &mut Table, path: &[String], value: Value) {
    match path {
        [] => {}
        [key] => drop(table.insert(key.clone(), value)),
        [section, rest @ ..] => {
            let inner = table.entry(section.clone()).or_insert_with(|| Value::Table(Table::new()));
            if !inner.is_table() {
                *inner = Value::Table(Table::new());
            }
            if let Value::Table(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// The names of all keys; those that a site chooses are `NAME`.
fn all(schema: &Json, before: &str, names: &mut Vec<String>) {
    let keys = schema["properties"].as_object();
    let named = Some(&schema["additionalProperties"]).filter(|named| named.is_object());
    let keys = keys.into_iter().flatten().map(|(key, schema)| (key.to_ascii_uppercase(), schema));
    for (key, schema) in keys.chain(named.map(|named| ("NAME".to_owned(), named))) {
        let name = format!("{before}{key}");
        all(schema, &format!("{name}{BETWEEN}"), names);
        names.push(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn read(file: &str, given: &[(&str, &str)]) -> Result<Config, String> {
        let given: Vec<_> = given.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
        Config::read(file, &given, &["RUNCELL_LISTEN", "RUNCELL_LOG"]).map_err(|error| error.to_string())
    }

    #[test]
    fn every_kind_of_key_can_be_given() {
        let config = read(
            "max_queued = 5\n[server]\nlisten = \"1\"\ndrain_seconds = 7",
            &[
                ("RUNCELL_SERVER__LISTEN", "0.0.0.0:80"),
                ("RUNCELL_SERVER__ALLOWED_HOSTS", "a.example, b.example"),
                ("RUNCELL_SERVER__TRUSTED_PROXIES", "[\"10.0.0.0/8\"]"),
                ("RUNCELL_SERVER__MAX_BODY_BYTES", "2 GiB"),
                ("RUNCELL_SERVER__INSECURE_HTTP", "yes"),
                ("RUNCELL_SERVER__TLS__CERTIFICATE", "/a"),
                ("RUNCELL_SERVER__TLS__KEY", "/b"),
                ("RUNCELL_MAX_RUNNING", "3"),
                ("RUNCELL_WALLS", "require"),
                ("RUNCELL_LIMITS__CEILING__WALL_MS", "2m"),
                ("RUNCELL_JOBS__RETENTION__MAX_JOBS", "9"),
                ("RUNCELL_MOUNTS__DATA__PATH", "/srv/data"),
                ("RUNCELL_MOUNTS__DATA__ROLES", "runner"),
                (
                    "RUNCELL_CONTAINERS__LANGUAGES",
                    "{ r = { image = \"r:4\", command = [\"R\", \"{file}\"], main_file = \"m.R\" } }",
                ),
                ("RUNCELL_MAX_QUEUED", ""),
                ("HOME", "/root"),
            ],
        )
        .expect("good");
        let server = &config.server;
        assert_eq!((&*server.listen, server.drain_seconds, server.insecure_http), ("0.0.0.0:80", 7, true));
        assert_eq!((server.allowed_hosts.len(), server.max_body_bytes), (2, 2 << 30));
        assert!(server.trusted_proxies.trusts(Some([10, 0, 0, 1].into())) && server.tls.key.is_some());
        assert_eq!((config.max_running, config.max_queued), (3, 5), "an empty variable says nothing");
        assert_eq!(config.limits.ceiling(LimitKind::WallTime), 120_000);
        assert_eq!(config.mounts["data"].path.to_str(), Some("/srv/data"));
        assert_eq!(config.containers.languages.len(), 1);
    }

    #[test]
    fn what_cannot_be_used_names_the_variable() {
        for (name, text, expected) in [
            ("RUNCELL_SERVER__LISTN", "a", "RUNCELL_SERVER__LISTN is no setting; is RUNCELL_SERVER__LISTEN meant?"),
            ("RUNCELL_SERVER_LISTEN", "a", "is RUNCELL_SERVER__LISTEN meant?"),
            ("RUNCELL_LISTE", "a", "is RUNCELL_LISTEN meant?"),
            ("RUNCELL_A__B", "a", "RUNCELL_A__B is no setting: see"),
            ("RUNCELL_SERVER__", "a", "is no setting"),
            ("RUNCELL_MAX_RUNNING", "many", "RUNCELL_MAX_RUNNING cannot be used: invalid type: string \"many\""),
            ("RUNCELL_SERVER__MAX_BODY_BYTES", "2 h", "RUNCELL_SERVER__MAX_BODY_BYTES cannot be used"),
            ("RUNCELL_SERVER__INSECURE_HTTP", "maybe", "\"maybe\" is neither true nor false"),
            ("RUNCELL_MOUNTS", "/srv", "a table as TOML has it"),
            ("RUNCELL_MOUNTS__A__WRITE", "true", "RUNCELL_MOUNTS__A__WRITE cannot be used: missing field `path`"),
            ("RUNCELL_SERVER__MAX_CONNECTIONS", "0", "server.max_connections = 0 cannot be used"),
        ] {
            let error = read("", &[(name, text)]).expect_err(name);
            assert!(error.contains(expected), "{name}: {error}");
        }
        for name in ["RUNCELL_PORT", "RUNCELL_SERVICE_HOST", "RUNCELL_PORT_8080_TCP", "RUNCELL_LOG", "RUNCELLS", "RUN"]
        {
            assert_eq!(read("", &[(name, "tcp://10.0.0.1:80")]).expect(name), Config::default());
        }
        let error = read("[server]\nport = 1", &[("RUNCELL_WALLS", "prefer")]).expect_err("an error of the file");
        assert!(error.contains("line 2"), "{error}");
    }

    #[test]
    fn every_key_has_a_variable() {
        let (mut names, schema) = (Vec::new(), schema::<Config>());
        all(&schema, PREFIX, &mut names);
        assert!(
            names.len() > 100 && names.contains(&"RUNCELL_JOBS__LIMITS__DEFAULT__MEMORY_BYTES".to_owned()),
            "{names:?}"
        );
        for name in names {
            assert!(key(&schema, &name).is_some(), "{name}");
        }
    }
}
