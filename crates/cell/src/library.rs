//! Libraries: the standard library of C or C++ as a module that is compiled once, for all programs.
//!
//! A library is a whole module with memory, table, stack and heap, and exports everything that it has. A program is linked
//! against a stub ([`stub`]) in its place and then attached ([`attach`]): it imports the memory, table, stack pointer and
//! functions of the library, so that only its own code is compiled for it. Both have fixed addresses. The data of the
//! library comes first, that of the program where the memory of a fresh library ends; the functions of the program come
//! in the table where those of the library end. A program as the linker leaves it:
//!
//! ```wat
//! (module
//!     (import "env" "memory" (memory 1))
//!     (import "env" "0" (func))
//!     (global $stack (mut i32) (i32.const 8))
//!     (func (export "_start") global.get $stack drop)
//!     (data (i32.const 8) "\00\00\00\00\00\00\00\00own")) ;; 8 bytes of the stub, then its own
//! ```
//!
//! Attached to a library whose memory ends at 16:
//!
//! ```wat
//! (module
//!     (import "env" "memory" (memory 1))
//!     (import "env" "0" (func))
//!     (import "env" "__stack_pointer" (global $stack (mut i32)))
//!     (func (export "_start") global.get $stack drop)
//!     (data (i32.const 16) "own"))
//! ```
//!
//! A program that replaces a function of the library (its own `malloc`, say) does not link against the stub; it is linked
//! with everything instead.
//!
//! Owns the agreement between a library and its programs, and both ends of it.

mod exports;
mod instance;
mod stub;

pub use exports::StubError;
pub use instance::{Dependent, memory_bytes};
pub use stub::{STUB_VERSION, stub};

use super::instrument::InstrumentError;
use wasm_encoder::reencode::{self, Reencode, utils};
use wasm_encoder::{ConstExpr, DataSection, EntityType, GlobalSection, GlobalType, ImportSection, Module, ValType};
use wasmparser::{DataKind, Operator, Parser, Payload, TypeRef};

/// The linker's name for the module that everything is imported from.
const ENVIRONMENT: &str = "env";

const STACK_POINTER: &str = "__stack_pointer";

/// Whether a program was linked against a library: it then has no memory of its own.
pub fn needs_library(wasm: &[u8]) -> bool {
    let imports = Parser::new(0).parse_all(wasm).find_map(|payload| match payload {
        Ok(Payload::ImportSection(imports)) => Some(imports),
        _ => None,
    });
    let is_memory = |import: wasmparser::Import<'_>| matches!(import.ty, TypeRef::Memory(_));
    imports.is_some_and(|imports| imports.into_imports().flatten().any(is_memory))
}

/// Makes a program that was linked against a stub run on the library: the stub's data goes (the library brings what it
/// stood for), and the program's own stack pointer becomes the library's. The memory of a fresh library ends at `end`.
pub fn attach(wasm: &[u8], end: u64) -> Result<Vec<u8>, InstrumentError> {
    let mut module = Module::new();
    let mut attach = Attach { has_stack_pointer: has_mutable_global(wasm)?, end };
    let result = attach.parse_core_module(&mut module, Parser::new(0), wasm);
    result.map_err(|error| InstrumentError::Encode(error.to_string()))?;
    Ok(module.finish())
}

/// The linker makes one mutable global, and only for programs that use the stack in memory.
fn has_mutable_global(wasm: &[u8]) -> Result<bool, InstrumentError> {
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::GlobalSection(globals) = payload? {
            return Ok(globals.into_iter().next().transpose()?.is_some_and(|global| global.ty.mutable));
        }
    }
    Ok(false)
}

struct Attach {
    has_stack_pointer: bool,
    end: u64,
}

/// The program has data where the library's lies.
#[derive(Debug, thiserror::Error)]
#[error("the program was not linked for the library")]
struct NotForTheLibrary;

impl Reencode for Attach {
    type Error = NotForTheLibrary;

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: wasmparser::ImportSectionReader<'_>,
    ) -> Result<(), reencode::Error<NotForTheLibrary>> {
        utils::parse_import_section(self, imports, section)?;
        if self.has_stack_pointer {
            // It keeps its index, 0: imports come first, and there are no other imported globals.
            let ty = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
            imports.import(ENVIRONMENT, STACK_POINTER, EntityType::Global(ty));
        }
        Ok(())
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: wasmparser::GlobalSectionReader<'_>,
    ) -> Result<(), reencode::Error<NotForTheLibrary>> {
        for global in section.into_iter().skip(usize::from(self.has_stack_pointer)) {
            self.parse_global(globals, global?)?;
        }
        Ok(())
    }

    fn parse_data(
        &mut self,
        section: &mut DataSection,
        data: wasmparser::Data<'_>,
    ) -> Result<(), reencode::Error<NotForTheLibrary>> {
        let DataKind::Active { memory_index, offset_expr } = &data.kind else {
            return utils::parse_data(self, section, data);
        };
        let Ok(Operator::I32Const { value }) = offset_expr.get_operators_reader().read() else {
            return utils::parse_data(self, section, data);
        };
        // The stub's data is zeros, and so is fresh memory. Anything else in the library's place would be a fault of ours.
        let zeros = data.data.iter().take_while(|byte| **byte == 0).count();
        let address = u64::from(value.cast_unsigned()) + zeros as u64;
        let own = &data.data[zeros..];
        let at = i32::try_from(address).ok().filter(|_| own.is_empty() || address >= self.end);
        let at = at.ok_or(reencode::Error::UserError(NotForTheLibrary))?;
        section.active(*memory_index, &ConstExpr::i32_const(if own.is_empty() { 0 } else { at }), own.iter().copied());
        Ok(())
    }

    fn parse_custom_section(
        &mut self,
        _: &mut Module,
        _: wasmparser::CustomSectionReader<'_>,
    ) -> Result<(), reencode::Error<NotForTheLibrary>> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the linker leaves a program: 8 bytes stand for the library's data, its own begins at 16.
    const PROGRAM: &str = r#"(module
        (import "env" "memory" (memory 1)) (import "env" "0" (func))
        (global $stack (mut i32) (i32.const 8))
        (func (export "_start") global.get $stack drop)
        (data (i32.const 8) "\00\00\00\00\00\00\00\00own"))"#;

    #[test]
    fn a_program_brings_its_own_data_only() {
        let wasm = wat::parse_str(PROGRAM).expect("a module");
        assert!(needs_library(&wasm));
        let attached = attach(&wasm, 16).expect("attaches");
        let module = wasmtime::Module::new(&wasmtime::Engine::default(), &attached).expect("still a module");
        let names: Vec<_> = module.imports().map(|import| import.name().to_owned()).collect();
        assert_eq!(names, ["memory", "0", STACK_POINTER]);
        let data = Parser::new(0).parse_all(&attached).find_map(|payload| match payload {
            Ok(Payload::DataSection(data)) => data.into_iter().next()?.ok(),
            _ => None,
        });
        assert_eq!(data.map(|data| data.data), Some(&b"own"[..]));
    }

    #[test]
    fn data_in_the_librarys_place_is_refused() {
        let wasm = wat::parse_str(PROGRAM).expect("a module");
        let error = attach(&wasm, 17).expect_err("its data lies at 16").to_string();
        assert!(error.contains("not linked for the library"), "{error}");
    }

    #[test]
    fn a_whole_program_needs_no_library() {
        let wasm = wat::parse_str(r#"(module (import "w" "f" (func)) (memory 1))"#).expect("a module");
        assert!(!needs_library(&wasm));
        assert!(!needs_library(b"no module"));
    }
}
