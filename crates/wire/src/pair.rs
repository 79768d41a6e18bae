//! Names with values: a list of `{name, value}`, as strict function calling wants it, or the same as a map.
//!
//! Owns the two forms. Strict function calling knows no free maps, so the schema shows the list; callers that have always
//! sent a map go on doing so.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// Names with values, each name once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairs<V> {
    values: BTreeMap<String, V>,
    /// Whether they came as a list.
    listed: bool,
}

/// One name with its value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pair<V> {
    name: String,
    value: V,
}

/// The schema of a value as a list has it: a text, which may be JSON, or a plain value. There is none of this type.
pub enum Plain {}

impl<V> Default for Pairs<V> {
    fn default() -> Self {
        Self { values: BTreeMap::new(), listed: false }
    }
}

impl<V> Pairs<V> {
    /// The names and their values.
    pub fn into_map(self) -> BTreeMap<String, V> {
        self.values
    }

    /// Whether they came as a list, in which a value that is no text may be written as one.
    pub fn is_listed(&self) -> bool {
        self.listed
    }
}

impl<'de, V: DeserializeOwned> Deserialize<'de> for Pairs<V> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(PairsVisitor(PhantomData))
    }
}

impl<V: Serialize> Serialize for Pairs<V> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.values.serialize(to)
    }
}

impl<V> From<BTreeMap<String, V>> for Pairs<V> {
    fn from(values: BTreeMap<String, V>) -> Self {
        Self { values, listed: false }
    }
}

struct PairsVisitor<V>(PhantomData<V>);

impl<'de, V: DeserializeOwned> Visitor<'de> for PairsVisitor<V> {
    type Value = Pairs<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of {\"name\", \"value\"}, or a map")
    }

    fn visit_unit<E: Error>(self) -> Result<Pairs<V>, E> {
        Ok(Pairs::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Pairs<V>, A::Error> {
        let mut values = BTreeMap::new();
        while let Some(Pair { name, value }) = list.next_element::<Pair<V>>()? {
            if values.insert(name.clone(), value).is_some() {
                return Err(A::Error::custom(format!("{name:?} is given twice")));
            }
        }
        Ok(Pairs { values, listed: true })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<V>, A::Error> {
        let mut values = BTreeMap::new();
        while let Some((name, value)) = map.next_entry()? {
            values.insert(name, value);
        }
        Ok(Pairs { values, listed: false })
    }
}

impl<V: JsonSchema> JsonSchema for Pairs<V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Pairs_of_{}", V::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<V>();
        json_schema!({ "type": "array", "items": item(value.to_value()) })
    }
}

/// The schema of one pair whose value has a schema.
fn item(value: Value) -> Value {
    serde_json::json!({
        "type": "object",
        "properties": { "name": { "type": "string" }, "value": value },
        "required": ["name", "value"],
        "additionalProperties": false,
    })
}

impl JsonSchema for Plain {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Plain".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

/// The schema of the values, if a schema is one of pairs.
pub(crate) fn value_schema(schema: &Value) -> Option<&Value> {
    let properties = schema.get("items")?.get("properties")?.as_object()?;
    let value = properties.get("value")?;
    (properties.len() == 2 && properties.contains_key("name")).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<Pairs<String>, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    #[test]
    fn both_forms_are_the_same() {
        let list = read(json!([{ "name": "A", "value": "1" }, { "name": "B", "value": "" }])).expect("a list");
        let map = read(json!({ "B": "", "A": "1" })).expect("a map");
        assert!(list.is_listed() && !map.is_listed());
        assert_eq!(list.into_map(), map.into_map());
        assert_eq!(read(Value::Null).expect("nothing"), Pairs::default());
    }

    #[test]
    fn what_is_neither_is_refused() {
        for (value, words) in [
            (json!([{ "name": "A", "value": "1" }, { "name": "A", "value": "2" }]), "\"A\" is given twice"),
            (json!([{ "name": "A" }]), "missing field `value`"),
            (json!([{ "key": "A", "value": "1" }]), "unknown field `key`"),
            (json!("A=1"), "a list of {\"name\", \"value\"}, or a map"),
            (json!([["A", 5]]), "invalid type"),
        ] {
            let error = read(value).expect_err(words);
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn the_schema_is_a_list_without_free_names() {
        let schema = schemars::schema_for!(Pairs<String>).to_value();
        assert_eq!(value_schema(&schema), Some(&json!({ "type": "string" })));
        assert_eq!(schema["items"]["additionalProperties"], false);
        assert_eq!(value_schema(&json!({ "type": "array", "items": { "type": "string" } })), None);
    }
}
