//! The stub of a library: an object file that a program is linked against in place of the library.
//!
//! It has every name that the library exports. A library:
//!
//! ```wat
//! (module
//!     (memory (export "memory") 1)
//!     (global (export "__global_base") i32 (i32.const 1024))
//!     (global (export "errno") i32 (i32.const 1040))
//!     (func (export "malloc") (param i32) (result i32) ...)
//!     (func (export "_ZN1a1bEv") ...))
//! ```
//!
//! Its stub, with the names that the linker sees as identifiers:
//!
//! ```wat
//! (module
//!     (import "env" "__linear_memory" (memory 0))
//!     (import "env" "0" (func $library.malloc (param i32) (result i32)))
//!     (import "env" "1" (func $_ZN1a1bEv))
//!     (func $malloc (param i32) (result i32) (call $library.malloc (local.get 0)))
//!     (data $.rodata "\00\00...")) ;; as long as the memory after 1024; `errno` is its byte 16
//! ```
//!
//! The library itself gets the short names `0` and `1` for its exports. `malloc` is defined and not imported because a
//! program may define it itself: such a program has two definitions and does not link, since the library would go on to
//! use its own.
//!
//! Owns the writing, by the conventions for WebAssembly object files (the sections "linking" and "reloc.CODE").

use super::ENVIRONMENT;
use super::exports::{Exports, StubError, shorten, survey};
use std::collections::HashMap;
use wasm_encoder::{
    ConstExpr, CustomSection, DataSection, Encode, EntityType, FuncType, FunctionSection, ImportSection, Instruction,
    MemoryType, Module, RawSection, SectionId, TagKind, TagType, TypeSection,
};

/// The files that are made from a library.
#[derive(Debug)]
pub struct Stub {
    /// The library, with short names for what it exports.
    pub library: Vec<u8>,
    /// The object that programs are linked with in its place.
    pub object: Vec<u8>,
    /// Arguments of the linker, one a line.
    pub arguments: String,
}

/// The instruction `call`.
const CALL: u8 = 0x10;

/// Part of the keys of libraries. Change it whenever stubs change.
pub const STUB_VERSION: &str = "stub 3";

/// Numbers of the object file format.
mod format {
    pub(super) const VERSION: u32 = 2;
    pub(super) const SEGMENT_INFO: u8 = 5;
    pub(super) const SYMBOL_TABLE: u8 = 8;
    pub(super) const FUNCTION: u8 = 0;
    pub(super) const DATA: u8 = 1;
    pub(super) const TAG: u8 = 4;
    pub(super) const HIDDEN: u32 = 0x04;
    pub(super) const UNDEFINED: u32 = 0x10;
    pub(super) const EXPLICIT_NAME: u32 = 0x40;
    /// The linker keeps the segment even if nobody refers to it.
    pub(super) const RETAIN: u32 = 0x04;
    pub(super) const FUNCTION_INDEX_LEB: u8 = 0;
    /// The position of the code section in the object.
    pub(super) const CODE_SECTION: u32 = 3;
}

/// Makes the stub of a library, without the names in `hide`.
///
/// # Errors
/// [`StubError`] if the library is not a module, or lacks an export that every library has.
pub fn stub(library: &[u8], hide: &[String]) -> Result<Stub, StubError> {
    let exports = survey(library, hide)?;
    let base = exports.base.ok_or(StubError::Missing("export __global_base"))?;
    let arguments = format!("--import-memory\n--import-table\n--table-base={}\n", exports.table);
    let short = shorten(library, &exports).map_err(|error| StubError::Encode(error.to_string()))?;
    Ok(Stub { library: short, object: object(&exports, base), arguments })
}

/// Whether a program may define a function of that name: one of C, or an operator that allocates. All other names of
/// C++ are the library's own.
fn is_replaceable(name: &str) -> bool {
    !name.starts_with("_Z") || ["_Znw", "_Zna", "_Zdl", "_Zda"].iter().any(|operator| name.starts_with(operator))
}

/// Writes the object. Its function `i` is the import `i`; the functions of its own call imports.
fn object(exports: &Exports, base: u32) -> Vec<u8> {
    let (mut types, mut imports, mut functions) = (TypeSection::new(), ImportSection::new(), FunctionSection::new());
    let mut indices: HashMap<&FuncType, u32> = HashMap::new();
    for (_, ty) in exports.functions.iter().chain(&exports.tags) {
        let next = types.len();
        if *indices.entry(ty).or_insert(next) == next {
            types.ty().func_type(ty);
        }
    }
    let memory = MemoryType { minimum: 0, maximum: None, memory64: false, shared: false, page_size_log2: None };
    imports.import(ENVIRONMENT, "__linear_memory", memory);
    for (index, (name, ty)) in exports.functions.iter().enumerate() {
        imports.import(ENVIRONMENT, &index.to_string(), EntityType::Function(indices[ty]));
        if is_replaceable(name) {
            functions.function(indices[ty]);
        }
    }
    for (index, (_, ty)) in exports.tags.iter().enumerate() {
        let tag = TagType { kind: TagKind::Exception, func_type_idx: indices[ty] };
        imports.import(ENVIRONMENT, &format!("t{index}"), EntityType::Tag(tag));
    }
    let (code, relocations) = code(&exports.functions);
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions);
    module.section(&RawSection { id: SectionId::Code.into(), data: &code });
    let mut data = DataSection::new();
    let zeros = vec![0; usize::try_from(exports.end.saturating_sub(base.into())).unwrap_or(0)];
    data.active(0, &ConstExpr::i32_const(0), zeros);
    module.section(&data);
    module.section(&CustomSection { name: "linking".into(), data: linking(exports, base).into() });
    module.section(&CustomSection { name: "reloc.CODE".into(), data: relocations.into() });
    module.finish()
}

/// The code section's contents, and its relocations.
fn code(functions: &[(String, FuncType)]) -> (Vec<u8>, Vec<u8>) {
    let (mut code, mut relocations) = (Vec::new(), Vec::new());
    let own: Vec<_> = (0_u32..).zip(functions).filter(|(_, (name, _))| is_replaceable(name)).collect();
    own.len().encode(&mut code);
    format::CODE_SECTION.encode(&mut relocations);
    own.len().encode(&mut relocations);
    for (index, (_, ty)) in own {
        let mut body = Vec::new();
        0_u32.encode(&mut body);
        for parameter in (0_u32..).zip(ty.params()).map(|(parameter, _)| parameter) {
            Instruction::LocalGet(parameter).encode(&mut body);
        }
        body.push(CALL);
        let place = body.len();
        body.extend(padded(index));
        Instruction::End.encode(&mut body);
        body.len().encode(&mut code);
        relocations.push(format::FUNCTION_INDEX_LEB);
        (code.len() + place).encode(&mut relocations);
        index.encode(&mut relocations);
        code.extend(body);
    }
    (code, relocations)
}

/// A number in the five bytes that a linker can put any other in.
fn padded(number: u32) -> [u8; 5] {
    std::array::from_fn(|at| ((number >> (7 * at)) & 0x7f).to_le_bytes()[0] | if at < 4 { 0x80 } else { 0 })
}

/// The section `linking`: the segment and the table of symbols.
fn linking(exports: &Exports, base: u32) -> Vec<u8> {
    let mut segments = Vec::new();
    1_u32.encode(&mut segments);
    // The linker lays read-only data out first, and of that the data of the first object.
    ".rodata".encode(&mut segments);
    // The alignment, as a power of two.
    4_u32.encode(&mut segments);
    format::RETAIN.encode(&mut segments);
    let mut linking = Vec::new();
    format::VERSION.encode(&mut linking);
    for (id, payload) in [(format::SEGMENT_INFO, segments), (format::SYMBOL_TABLE, symbols(exports, base))] {
        linking.push(id);
        payload.len().encode(&mut linking);
        linking.extend(payload);
    }
    linking
}

/// The table of symbols: imports, then functions, data and tags.
fn symbols(exports: &Exports, base: u32) -> Vec<u8> {
    let mut symbols = Vec::new();
    let count = exports.functions.len();
    let own = || exports.functions.iter().filter(|(name, _)| is_replaceable(name));
    (count + own().count() + exports.data.len() + exports.tags.len()).encode(&mut symbols);
    for (index, (name, _)) in exports.functions.iter().enumerate() {
        symbols.push(format::FUNCTION);
        (format::UNDEFINED | format::EXPLICIT_NAME).encode(&mut symbols);
        index.encode(&mut symbols);
        if is_replaceable(name) {
            format!("library.{name}").encode(&mut symbols);
        } else {
            name.encode(&mut symbols);
        }
    }
    for (index, (name, _)) in own().enumerate() {
        symbols.push(format::FUNCTION);
        format::HIDDEN.encode(&mut symbols);
        (count + index).encode(&mut symbols);
        name.encode(&mut symbols);
    }
    let inside = |address: u32| (base..).contains(&address) && u64::from(address) <= exports.end;
    for (name, address) in &exports.data {
        symbols.push(format::DATA);
        format::HIDDEN.encode(&mut symbols);
        name.encode(&mut symbols);
        // A name outside of the data stands for no data; it is given the beginning.
        let offset = if inside(*address) { address - base } else { 0 };
        [0, offset, 0].iter().for_each(|number| number.encode(&mut symbols));
    }
    for (index, (name, _)) in exports.tags.iter().enumerate() {
        symbols.push(format::TAG);
        (format::UNDEFINED | format::EXPLICIT_NAME).encode(&mut symbols);
        index.encode(&mut symbols);
        name.encode(&mut symbols);
    }
    symbols
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmparser::{KnownCustom, Linking, Parser, Payload, SymbolInfo};

    const LIBRARY: &str = r#"(module
        (import "wasi" "write" (func $write))
        (memory (export "memory") 1)
        (table (export "__indirect_function_table") 7 funcref)
        (tag (export "thrown") (param i32))
        (global (export "__stack_pointer") (mut i32) (i32.const 1024))
        (global (export "__global_base") i32 (i32.const 1024))
        (global (export "errno") i32 (i32.const 1040))
        (func (export "malloc") (param i32) (result i32) local.get 0)
        (func (export "_ZN1a1bEv"))
        (func (export "main")))"#;

    fn symbols(object: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        for payload in Parser::new(0).parse_all(object) {
            let Payload::CustomSection(section) = payload.expect("the object parses") else { continue };
            let KnownCustom::Linking(reader) = section.as_known() else { continue };
            for subsection in reader.subsections() {
                if let Linking::SymbolTable(table) = subsection.expect("it parses") {
                    found.extend(table.into_iter().map(|symbol| describe(&symbol.expect("it parses"))));
                }
            }
        }
        found
    }

    fn describe(symbol: &SymbolInfo<'_>) -> String {
        match symbol {
            SymbolInfo::Func { index, name, .. } => format!("function {index} {}", name.unwrap_or("?")),
            SymbolInfo::Data { name, symbol, .. } => format!("data {:?} {name}", symbol.as_ref().map(|s| s.offset)),
            SymbolInfo::Event { index, name, .. } => format!("tag {index} {}", name.unwrap_or("?")),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn it_has_the_names_of_the_library() {
        let library = wat::parse_str(LIBRARY).expect("a module");
        let stub = stub(&library, &["main".to_owned()]).expect("a stub");
        let expected = [
            "function 0 library.malloc",
            "function 1 _ZN1a1bEv",
            // A program may bring its own: a second definition does not link.
            "function 2 malloc",
            "data Some(16) errno",
            "tag 0 thrown",
        ];
        assert_eq!(symbols(&stub.object), expected);
        assert_eq!(stub.arguments, "--import-memory\n--import-table\n--table-base=7\n");
    }

    #[test]
    fn the_library_is_known_by_short_names() {
        let library = wat::parse_str(LIBRARY).expect("a module");
        let stub = stub(&library, &["main".to_owned()]).expect("a stub");
        let module = wasmtime::Module::new(&wasmtime::Engine::default(), &stub.library).expect("still a module");
        let names: Vec<_> = module.exports().map(|export| export.name().to_owned()).collect();
        assert_eq!(names, ["memory", "__indirect_function_table", "t0", "__stack_pointer", "0", "1"]);
    }

    #[test]
    fn what_is_no_library_is_refused() {
        let wasm = wat::parse_str("(module)").expect("a module");
        assert!(matches!(stub(&wasm, &[]), Err(StubError::Missing(_))));
        assert!(matches!(stub(b"no module", &[]), Err(StubError::Parse(_))));
    }

    #[test]
    fn numbers_are_padded_to_five_bytes() {
        for (number, expected) in [(0, [0x80, 0x80, 0x80, 0x80, 0]), (300, [0xac, 0x82, 0x80, 0x80, 0])] {
            assert_eq!(padded(number), expected);
        }
    }
}
