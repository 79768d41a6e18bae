//! Placeholders in the texts of a manifest: `{program}`, `{args}`, `{option.std}` and the like.
//!
//! Owns filling them in. An argument that is just the placeholder of a list becomes several arguments. Texts come from
//! trusted manifests, values from untrusted callers: a value is never searched for placeholders.

use serde_json::json;
use std::collections::BTreeMap;

/// The values of placeholders.
#[derive(Debug, Clone, Default)]
pub struct Template {
    texts: BTreeMap<String, String>,
    lists: BTreeMap<String, Vec<String>>,
}

impl Template {
    /// Sets the text that `{name}` stands for.
    pub fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.texts.insert(name.to_owned(), value.into());
        self
    }

    /// Sets the arguments that an argument `{name}` stands for.
    pub fn list(mut self, name: &str, values: Vec<String>) -> Self {
        self.lists.insert(name.to_owned(), values);
        self
    }

    /// Sets the lists of a manifest: `{list.NAME}`.
    pub fn lists(self, lists: &BTreeMap<String, Vec<String>>) -> Self {
        lists.iter().fold(self, |template, (name, values)| template.list(&format!("list.{name}"), values.clone()))
    }

    /// Fills in one text, in one pass.
    pub fn fill(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            filled.push_str(&rest[..start]);
            rest = &rest[start..];
            let value = rest.find('}').and_then(|end| Some((self.texts.get(&rest[1..end])?, end)));
            match value {
                Some((value, end)) => {
                    filled.push_str(value);
                    rest = &rest[end + 1..];
                }
                None => {
                    filled.push('{');
                    rest = &rest[1..];
                }
            }
        }
        filled.push_str(rest);
        filled
    }

    /// Fills in arguments.
    pub fn fill_all(&self, texts: &[String]) -> Vec<String> {
        let mut filled = Vec::new();
        for text in texts {
            let name = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
            match name.and_then(|name| self.lists.get(name)) {
                Some(values) => filled.extend(values.iter().cloned()),
                None => filled.push(self.fill(text)),
            }
        }
        filled
    }
}

/// Program, arguments and environment of a run for a boot script: JSON in hexadecimal digits, which can stand in a string
/// of any language.
pub fn run_hex(program: &str, args: &[String], env: &BTreeMap<String, String>) -> String {
    let json = json!({ "program": program, "args": args, "env": env });
    super::hex::hex(json.to_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_not_filled_again() {
        let template = Template::default().text("a", "{b}").text("b", "no").list("l", vec!["{a}".into(), "x".into()]);
        assert_eq!(template.fill("<{a}|{b}|{c}|{>"), "<{b}|no|{c}|{>");
        assert_eq!(template.fill_all(&["{l}".into(), "-{b}".into()]), ["{a}", "x", "-no"]);
    }
}
