//! The exports of a library: found in its WebAssembly, and given short names there.
//!
//! Owns the reading. Addresses of data are exported as constants. What the linker defines in every program does not belong
//! to a library.

use super::STACK_POINTER;
use std::collections::HashMap;
use wasm_encoder::reencode::{self, Reencode, RoundtripReencoder};
use wasm_encoder::{ExportSection, FuncType, Module};
use wasmparser::{ExternalKind, Operator, Parser, Payload, TypeRef};

/// Why a stub cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum StubError {
    /// The library is not a WebAssembly module.
    #[error("the library cannot be read: {0}")]
    Parse(#[from] wasmparser::BinaryReaderError),
    /// The library lacks an export that every library has.
    #[error("the library has no {0}")]
    Missing(&'static str),
    /// A section of the library cannot be written again; with the reason.
    #[error("the library cannot be rewritten: {0}")]
    Encode(String),
}

/// Names that the linker defines in every program, and the library's stack pointer.
const LINKER_NAMES: [&str; 13] = [
    "__memory_base",
    "__table_base",
    "__heap_base",
    "__heap_end",
    "__data_end",
    "__stack_low",
    "__stack_high",
    "__global_base",
    "__dso_handle",
    "__tls_base",
    "__wasm_call_ctors",
    "__wasm_first_page_end",
    STACK_POINTER,
];

const PAGE: u64 = 65_536;

/// The exports of a library.
#[derive(Default)]
pub(super) struct Exports {
    /// Name and type; in the library of short names, the number is the name.
    pub(super) functions: Vec<(String, FuncType)>,
    /// The same; the name is `t` and the number.
    pub(super) tags: Vec<(String, FuncType)>,
    /// Name and address.
    pub(super) data: Vec<(String, u32)>,
    /// Where its data begins.
    pub(super) base: Option<u32>,
    /// Where its memory ends.
    pub(super) end: u64,
    pub(super) table: u64,
}

/// The parts of a module that its exports refer to.
#[derive(Default)]
struct Sections {
    types: Vec<wasmparser::FuncType>,
    functions: Vec<u32>,
    tags: Vec<u32>,
    /// The values of globals that are constant.
    globals: Vec<Option<u32>>,
}

impl Sections {
    fn read(&mut self, payload: &Payload<'_>) -> Result<(), StubError> {
        match payload {
            Payload::TypeSection(section) => {
                for ty in section.clone().into_iter_err_on_gc_types() {
                    self.types.push(ty?);
                }
            }
            Payload::ImportSection(section) => {
                for import in section.clone().into_imports() {
                    if let TypeRef::Func(ty) = import?.ty {
                        self.functions.push(ty);
                    }
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section.clone() {
                    self.functions.push(ty?);
                }
            }
            Payload::TagSection(section) => {
                for tag in section.clone() {
                    self.tags.push(tag?.func_type_idx);
                }
            }
            Payload::GlobalSection(section) => {
                for global in section.clone() {
                    let global = global?;
                    let value = match global.init_expr.get_operators_reader().read() {
                        Ok(Operator::I32Const { value }) if !global.ty.mutable => Some(value.cast_unsigned()),
                        _ => None,
                    };
                    self.globals.push(value);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The type of a function or tag.
    fn signature(&self, list: &[u32], index: u32) -> Option<FuncType> {
        let ty = self.types.get(*list.get(index as usize)? as usize)?;
        RoundtripReencoder.func_type(ty.clone()).ok()
    }
}

/// Reads what a library exports, except for the names in `hide`.
pub(super) fn survey(library: &[u8], hide: &[String]) -> Result<Exports, StubError> {
    let (mut sections, mut exports) = (Sections::default(), Exports::default());
    for payload in Parser::new(0).parse_all(library) {
        let payload = payload?;
        sections.read(&payload)?;
        match payload {
            Payload::TableSection(section) => {
                exports.table = section.into_iter().next().transpose()?.map_or(0, |table| table.ty.initial);
            }
            Payload::MemorySection(section) => {
                exports.end = section.into_iter().next().transpose()?.map_or(0, |memory| memory.initial * PAGE);
            }
            Payload::ExportSection(section) => {
                for export in section {
                    exports.add(&sections, export?, hide);
                }
            }
            _ => {}
        }
    }
    Ok(exports)
}

impl Exports {
    fn add(&mut self, sections: &Sections, export: wasmparser::Export<'_>, hide: &[String]) {
        let address = || sections.globals.get(export.index as usize).copied().flatten();
        if export.name == "__global_base" {
            self.base = address();
        }
        let name = export.name.to_owned();
        if hide.contains(&name) || LINKER_NAMES.contains(&export.name) {
            return;
        }
        match export.kind {
            ExternalKind::Func => {
                let ty = sections.signature(&sections.functions, export.index);
                self.functions.extend(ty.map(|ty| (name, ty)));
            }
            ExternalKind::Tag => {
                let ty = sections.signature(&sections.tags, export.index);
                self.tags.extend(ty.map(|ty| (name, ty)));
            }
            ExternalKind::Global => self.data.extend(address().map(|address| (name, address))),
            _ => {}
        }
    }
}

/// Gives a library's exports short names, and drops those that are not in `exports`.
pub(super) fn shorten(library: &[u8], exports: &Exports) -> Result<Vec<u8>, reencode::Error> {
    struct Shorten<'a>(HashMap<&'a str, String>);
    impl Reencode for Shorten<'_> {
        type Error = std::convert::Infallible;
        fn parse_export(
            &mut self,
            to: &mut ExportSection,
            export: wasmparser::Export<'_>,
        ) -> Result<(), reencode::Error> {
            let (kind, index) = (self.export_kind(export.kind)?, self.external_index(export.kind, export.index)?);
            let short = self.0.get(export.name).map(String::as_str);
            let kept =
                matches!(export.kind, ExternalKind::Memory | ExternalKind::Table) || export.name == STACK_POINTER;
            if let Some(name) = short.or_else(|| kept.then_some(export.name)) {
                to.export(name, kind, index);
            }
            Ok(())
        }
        fn parse_custom_section(
            &mut self,
            _: &mut Module,
            _: wasmparser::CustomSectionReader<'_>,
        ) -> Result<(), reencode::Error> {
            Ok(())
        }
    }
    let functions = exports.functions.iter().enumerate();
    let functions = functions.map(|(index, (name, _))| (name.as_str(), index.to_string()));
    let tags = exports.tags.iter().enumerate();
    let tags = tags.map(|(index, (name, _))| (name.as_str(), format!("t{index}")));
    let mut module = Module::new();
    Shorten(functions.chain(tags).collect()).parse_core_module(&mut module, Parser::new(0), library)?;
    Ok(module.finish())
}
