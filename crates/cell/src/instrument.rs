//! Makes a module ready for images: its memory starts empty, and everything that a run changes is exported.
//!
//! The data segments are taken out; the first image is made by writing them to memory. Mutable globals are exported, so
//! that an image can keep and restore them. The module is compiled once for all images that are made of it. Before:
//!
//! ```wat
//! (module
//!     (memory (export "memory") 1)
//!     (global $sp (mut i32) (i32.const 7))
//!     (global $k i32 (i32.const 1))
//!     (func (export "f") (result i32) global.get $sp)
//!     (data (i32.const 16) "abc"))
//! ```
//!
//! After, with the segment `(16, "abc")` beside it. The empty segment keeps the numbers of the others:
//!
//! ```wat
//! (module
//!     (memory (export "memory") 1)
//!     (global $sp (mut i32) (i32.const 7))
//!     (global $k i32 (i32.const 1))
//!     (func (export "f") (result i32) global.get $sp)
//!     (export "runcell.global.0" (global $sp))
//!     (data ""))
//! ```
//!
//! Owns the rewriting. What an image keeps is the business of `image`.

use wasm_encoder::reencode::{self, Reencode, utils};
use wasm_encoder::{DataSection, ExportKind, ExportSection, GlobalSection, Module};
use wasmparser::{DataKind, Operator, Parser, Payload};

/// The prefix of the names under which mutable globals are exported.
pub const GLOBAL_PREFIX: &str = "runcell.global.";

/// A module without data, and the data.
#[derive(Debug)]
pub struct Instrumented {
    /// The module.
    pub wasm: Vec<u8>,
    /// The contents that memory has at the start: address and bytes.
    pub segments: Vec<(u32, Vec<u8>)>,
}

/// Why a module cannot be rewritten.
#[derive(Debug, thiserror::Error)]
pub enum InstrumentError {
    /// The bytes are not a WebAssembly module.
    #[error("the module cannot be read: {0}")]
    Parse(#[from] wasmparser::BinaryReaderError),
    /// A section cannot be written again; with the reason.
    #[error("the module cannot be rewritten: {0}")]
    Encode(String),
    /// A start function runs when the module is instantiated, before its memory is in place.
    #[error("the module has a start function, which would run before its image is there")]
    StartFunction,
    /// The address of a data segment is known only when the module is instantiated.
    #[error("a data segment has no constant address")]
    SegmentAddress,
}

/// Takes the data out of a module and exports its mutable globals. Names, debug sections and the like are dropped.
pub fn instrument(wasm: &[u8]) -> Result<Instrumented, InstrumentError> {
    let mut rewriter = Rewriter { segments: Vec::new(), bad_address: false, globals: Vec::new(), imported_globals: 0 };
    rewriter.survey(wasm)?;
    let mut module = Module::new();
    let result = rewriter.parse_core_module(&mut module, Parser::new(0), wasm);
    result.map_err(|error| InstrumentError::Encode(error.to_string()))?;
    if rewriter.bad_address {
        return Err(InstrumentError::SegmentAddress);
    }
    Ok(Instrumented { wasm: module.finish(), segments: rewriter.segments })
}

/// Drops what is not needed to run: names, debug information and other custom sections.
pub fn strip(wasm: &[u8]) -> Result<Vec<u8>, InstrumentError> {
    struct Strip;
    impl Reencode for Strip {
        type Error = std::convert::Infallible;
        fn parse_custom_section(
            &mut self,
            _: &mut Module,
            _: wasmparser::CustomSectionReader<'_>,
        ) -> Result<(), reencode::Error> {
            Ok(())
        }
    }
    let mut module = Module::new();
    Strip.parse_core_module(&mut module, Parser::new(0), wasm).map_err(|e| InstrumentError::Encode(e.to_string()))?;
    Ok(module.finish())
}

/// The length of the longest function, in bytes. A module that cannot be read counts up to the fault; compiling it
/// reports the fault.
pub fn longest_function(wasm: &[u8]) -> u64 {
    let bodies = Parser::new(0).parse_all(wasm).map_while(Result::ok).filter_map(|payload| match payload {
        Payload::CodeSectionEntry(body) => Some(body.range().len() as u64),
        _ => None,
    });
    bodies.max().unwrap_or_default()
}

struct Rewriter {
    segments: Vec<(u32, Vec<u8>)>,
    bad_address: bool,
    /// Indices of the mutable globals that the module defines.
    globals: Vec<u32>,
    imported_globals: u32,
}

impl Rewriter {
    fn survey(&mut self, wasm: &[u8]) -> Result<(), InstrumentError> {
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::StartSection { .. } => return Err(InstrumentError::StartFunction),
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        self.imported_globals += u32::from(matches!(import?.ty, wasmparser::TypeRef::Global(_)));
                    }
                }
                Payload::GlobalSection(globals) => {
                    for (index, global) in (self.imported_globals..).zip(globals) {
                        if global?.ty.mutable {
                            self.globals.push(index);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Reencode for Rewriter {
    type Error = std::convert::Infallible;

    fn parse_data(&mut self, section: &mut DataSection, data: wasmparser::Data<'_>) -> Result<(), reencode::Error> {
        let DataKind::Active { offset_expr, .. } = data.kind else {
            section.passive(data.data.iter().copied());
            return Ok(());
        };
        match offset_expr.get_operators_reader().read() {
            Ok(Operator::I32Const { value }) => self.segments.push((value.cast_unsigned(), data.data.to_vec())),
            _ => self.bad_address = true,
        }
        // The segment keeps its index, empty: instructions may name it.
        section.passive(std::iter::empty::<u8>());
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Result<(), reencode::Error> {
        utils::parse_export_section(self, exports, section)?;
        for index in &self.globals {
            exports.export(&format!("{GLOBAL_PREFIX}{index}"), ExportKind::Global, *index);
        }
        Ok(())
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: wasmparser::GlobalSectionReader<'_>,
    ) -> Result<(), reencode::Error> {
        utils::parse_global_section(self, globals, section)
    }

    fn parse_custom_section(
        &mut self,
        _module: &mut Module,
        _section: wasmparser::CustomSectionReader<'_>,
    ) -> Result<(), reencode::Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_goes_and_globals_are_exported() {
        let wasm = wat::parse_str(
            r#"(module (memory (export "memory") 1) (global $sp (mut i32) (i32.const 7)) (global $k i32 (i32.const 1))
               (func (export "f") (result i32) global.get $sp) (data (i32.const 16) "abc"))"#,
        )
        .expect("a module");
        let instrumented = instrument(&wasm).expect("instruments");
        assert_eq!(instrumented.segments, [(16, b"abc".to_vec())]);
        let engine = wasmtime::Engine::default();
        let module = wasmtime::Module::new(&engine, &instrumented.wasm).expect("still a module");
        let names: Vec<_> = module.exports().map(|export| export.name().to_owned()).collect();
        assert_eq!(names, ["memory", "f", "runcell.global.0"]);
    }

    #[test]
    fn a_start_function_is_refused() {
        let wasm = wat::parse_str("(module (func $f) (start $f))").expect("a module");
        assert!(matches!(instrument(&wasm), Err(InstrumentError::StartFunction)));
    }

    #[test]
    fn bytes_that_are_no_module_are_refused() {
        for bytes in [&b""[..], b"\0asm", b"not wasm at all", b"\0asm\x01\0\0\0\xff\xff"] {
            assert!(instrument(bytes).is_err() && strip(bytes).is_err(), "{bytes:?}");
        }
    }
}
