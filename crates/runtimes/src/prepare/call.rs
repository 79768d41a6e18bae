//! Calls of exports as a manifest writes them, ready to be made.
//!
//! Owns filling in texts, files and the numbers of a version. The cell lays them out in guest memory.

use super::target::Target;
use crate::catalog::CatalogError;
use crate::manifest::{Call, CallText};
use crate::template::Template;
use runcell_cell::cell::{Argument, ExportCall};

/// The calls that one of a manifest stands for.
///
/// # Errors
/// [`CatalogError`] where a file of the runtime's folder cannot be read.
pub fn exports(call: &Call, target: &Target, template: &Template) -> Result<Vec<ExportCall>, CatalogError> {
    let arguments = call.with.iter().map(|text| argument(text, target, template)).collect::<Result<Vec<_>, _>>()?;
    let with = |arguments| ExportCall { export: call.export.clone(), arguments, expect: call.expect };
    let Some(texts) = &call.for_each else { return Ok(vec![with(arguments)]) };
    let each = template.fill_all(texts).into_iter().map(|text| [&[Argument::CString(text)], &arguments[..]].concat());
    Ok(each.map(with).collect())
}

fn argument(text: &CallText, target: &Target, template: &Template) -> Result<Argument, CatalogError> {
    Ok(match text {
        CallText::Text(text) => Argument::Text(template.fill(text)),
        CallText::CList(texts) => Argument::CList(template.fill_all(texts)),
        CallText::CString(text) => Argument::CString(template.fill(text)),
        CallText::Number(number) => Argument::Number(*number),
        CallText::Value(name) => Argument::Number(target.value(name)),
        CallText::Files(names) => {
            let texts = names.iter().map(|name| target.folder.file(name)).collect::<Result<Vec<_>, _>>()?;
            Argument::Text(texts.iter().map(|bytes| String::from_utf8_lossy(bytes) + "\n").collect())
        }
    })
}
