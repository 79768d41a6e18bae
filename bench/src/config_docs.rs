//! `cargo xtask config-docs`: writes docs/configuration.md from the types of the configuration.
//!
//! Owns the form of the page. Keys, sentences and defaults are those of the types; units are the ends of keys' names.

use anyhow::Context;
use clap::Args;
use runcell::config::{Config, PREFIX};
use runcell::job::JobLimitKind;
use runcell::limits::{Kind, LimitKind};
use runcell::quantity::Unit;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md");

const INTRO: &str = "# Configuration

<!-- Written by `cargo xtask config-docs` from the types in crates/model: change their comments, not this page. -->

One TOML file: the one that `--config` or `RUNCELL_CONFIG` names, else `runcell/config.toml` in the user's configuration folder
(`~/.config`). Every key may be left out; a key that runcell does not know is refused.

Sizes, durations and counts are whole numbers in the unit of the key, or texts as people write them: `\"2 GiB\"`, `\"500 MB\"`,
`\"1h\"`, `\"90s\"`, `\"10k\"`. KiB, MiB, GiB and TiB (K, M, G) count in 1024, KB, MB, GB and TB in 1000.

Every key is a variable of the environment too: `RUNCELL_`, the sections with two underscores behind each, and the key, all in
capitals. `RUNCELL_SERVER__LISTEN` is `listen` of `[server]`, `RUNCELL_MOUNTS__DATA__PATH` is `path` of `[mounts.data]`. A list is
written with commas (`a,b`) or as TOML has it (`[\"a\", \"b\"]`), a table as TOML has it (`{ ops = \"admin\" }`); an empty variable
says nothing. A flag goes before a variable, a variable before the file, the file before the default. A name with two underscores
that is no key, or one that is nearly the name of a key, is refused.
";

/// Arguments of `config-docs`.
#[derive(Debug, Args)]
pub(crate) struct ConfigDocsArgs {
    /// Change nothing; fail where the page is not up to date.
    #[arg(long)]
    check: bool,
}

/// Runs the task.
pub(crate) fn run(args: &ConfigDocsArgs) -> anyhow::Result<()> {
    let path = Path::new(PAGE);
    let text = page()?;
    if !args.check {
        return Ok(std::fs::write(path, text)?);
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    anyhow::ensure!(found == text, "docs/configuration.md is not up to date: run `cargo xtask config-docs`");
    Ok(())
}

fn page() -> anyhow::Result<String> {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = settings.into_generator().into_root_schema_for::<Config>().to_value();
    let mut page = INTRO.to_owned();
    section(&mut page, "", &schema)?;
    limits::<LimitKind>(&mut page, "Limits of one run")?;
    limits::<JobLimitKind>(&mut page, "Limits of one job")?;
    Ok(page)
}

/// A table of the keys of a section, then the sections inside it.
fn section(page: &mut String, name: &str, schema: &Value) -> anyhow::Result<()> {
    let keys = schema["properties"].as_object().context("a section has keys")?;
    let (sections, keys): (Vec<_>, Vec<_>) = keys.iter().partition(|(_, key)| inner(key).is_some());
    let title = if name.is_empty() { "Top level".to_owned() } else { format!("`[{name}]`") };
    writeln!(page, "\n## {title}\n\n{}\n", text(schema)?)?;
    if !name.is_empty() {
        let variables = name.to_ascii_uppercase().replace('.', "__");
        writeln!(page, "As variables: `{PREFIX}{variables}__` and the key in capitals.\n")?;
    }
    writeln!(page, "| key | value | default | what it does |\n| --- | --- | --- | --- |")?;
    for (key, schema) in keys {
        let unit = unit(key);
        let default = shown(unit, schema.get("default").unwrap_or(&Value::Null))?;
        writeln!(page, "| `{key}` | {} | {default} | {}{} |", value(unit, schema), text(schema)?, choices(schema))?;
    }
    for (key, schema) in sections {
        let (schema, named) = inner(schema).context("a section inside")?;
        let key = format!("{key}{}", if named { ".NAME" } else { "" });
        section(page, &if name.is_empty() { key } else { format!("{name}.{key}") }, schema)?;
    }
    Ok(())
}

/// The section that a key holds, and whether there is one for each name.
fn inner(schema: &Value) -> Option<(&Value, bool)> {
    let named = &schema["additionalProperties"];
    let found = [(schema, false), (named, true)];
    found.into_iter().find(|(schema, _)| schema["properties"].is_object())
}

/// The unit that the end of a key's name says.
fn unit(key: &str) -> Option<Unit> {
    let ends = [
        ("_bytes", Unit::Bytes),
        ("_ms", Unit::Milliseconds),
        ("_seconds", Unit::Seconds),
        ("cpu_millis", Unit::CpuMillis),
    ];
    ends.into_iter().find(|(end, _)| key.ends_with(end)).map(|(_, unit)| unit)
}

/// The sentences of a key or section, in one line.
fn text(schema: &Value) -> anyhow::Result<String> {
    let text = schema["description"].as_str().with_context(|| format!("a key without a sentence: {schema}"))?;
    Ok(text.replace('\n', " ").replace('|', "\\|"))
}

/// The variants of an enum: name and sentence of each.
fn variants(schema: &Value) -> Vec<(&str, &str)> {
    let optional = schema["anyOf"].as_array().and_then(|all| all.first());
    let all = optional.unwrap_or(schema)["oneOf"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(|one| Some((one["const"].as_str()?, one["description"].as_str()?))).collect()
}

fn choices(schema: &Value) -> String {
    variants(schema).iter().map(|(name, text)| format!(" `{name}`: {}", text.replace('\n', " "))).collect()
}

/// The values that a key takes.
fn value(unit: Option<Unit>, schema: &Value) -> String {
    let names: Vec<String> = variants(schema).iter().map(|(name, _)| format!("`\"{name}\"`")).collect();
    if !names.is_empty() {
        return names.join(", ");
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.first().unwrap_or(&Value::Null),
        kind => kind,
    };
    match (unit, kind.as_str().unwrap_or_default()) {
        (Some(unit), _) => unit.to_string(),
        (None, "boolean") => "true or false".to_owned(),
        (None, "integer") => "number".to_owned(),
        (None, "array") => "list of texts".to_owned(),
        (None, "object") => "table of texts".to_owned(),
        (None, _) => "text".to_owned(),
    }
}

/// A default as people write it.
fn shown(unit: Option<Unit>, default: &Value) -> anyhow::Result<String> {
    Ok(match (unit, default) {
        (_, Value::Null) => String::new(),
        (Some(unit), Value::Number(number)) => amount(unit, number.as_u64().context("a whole number")?)?,
        (_, other) => format!("`{other}`"),
    })
}

/// An amount in the largest of its units in which it is whole.
fn amount(unit: Unit, value: u64) -> anyhow::Result<String> {
    let suffixes: &[&str] = match unit {
        Unit::Bytes => &["TiB", "GiB", "MiB", "KiB"],
        Unit::Milliseconds => &["d", "h", "m", "s", "ms"],
        Unit::Seconds => &["d", "h", "m", "s"],
        Unit::Fuel | Unit::CpuMillis | Unit::Count => &[],
    };
    for suffix in suffixes {
        let one = unit.parse(&format!("1 {suffix}"))?;
        if value >= one && value.is_multiple_of(one) {
            let text = format!("{} {suffix}", value / one);
            anyhow::ensure!(unit.parse(&text)? == value, "{text} is not read as {value}");
            return Ok(format!("`\"{text}\"`"));
        }
    }
    Ok(format!("`{value}`"))
}

/// The defaults and ceilings of a family of limits.
fn limits<K: Kind>(page: &mut String, title: &str) -> anyhow::Result<()> {
    let section = K::SECTION;
    writeln!(page, "\n## `[{section}.default]` and `[{section}.ceiling]`\n")?;
    writeln!(
        page,
        "{title}: the value of one that a caller does not name, and the largest that a caller may ask for.\n"
    )?;
    let variables = section.to_ascii_uppercase().replace('.', "__");
    writeln!(
        page,
        "As variables: `{PREFIX}{variables}__DEFAULT__` or `{PREFIX}{variables}__CEILING__` and the key in capitals.\n"
    )?;
    writeln!(
        page,
        "| key | value | default | ceiling | least | what it bounds |\n| --- | --- | --- | --- | --- | --- |"
    )?;
    for kind in K::ALL {
        let row = kind.row();
        let [default, ceiling, least] = [row.default, row.ceiling, row.minimum].map(|value| amount(row.unit, value));
        let (name, unit, about) = (row.name, row.unit, row.about.trim());
        writeln!(page, "| `{name}` | {unit} | {} | {} | {} | {about} |", default?, ceiling?, least?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_up_to_date() {
        run(&ConfigDocsArgs { check: true }).expect("as the types say");
    }

    #[test]
    fn what_the_page_calls_a_default_is_one() {
        let (page, mut section, mut count) = (page().expect("a page"), String::new(), 0);
        for line in page.lines() {
            if let Some(title) = line.strip_prefix("## ") {
                section =
                    title.split_once('`').map_or("", |(_, rest)| rest.split('`').next().unwrap_or_default()).to_owned();
            }
            let cells: Vec<&str> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
            let ["", key, _, default, ..] = cells.as_slice() else { continue };
            if ["key", "---"].contains(key) || default.is_empty() {
                continue;
            }
            let text = format!("{section}\n{key} = {default}");
            let config = Config::parse(&text).expect(&text);
            let same =
                if section.contains("limits") { config.limits.check().is_ok() } else { config == Config::default() };
            assert!(same, "{text}");
            count += 1;
        }
        assert!(count > 30, "{count} keys have defaults");
    }
}
