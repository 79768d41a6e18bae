//! The types of a module: of its functions, its tags and its blocks.
//!
//! Owns the lookup, and the types that rewritten blocks need beside those that the module has.

use crate::instrument::InstrumentError;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{BlockType, ValType};
use wasmparser::{Parser, Payload, TypeRef};

/// The types of a block's parameters, and those of its results.
pub(super) type Signature = (Vec<ValType>, Vec<ValType>);

#[derive(Debug, Default)]
pub(super) struct Signatures {
    /// The function types of the module, by index.
    types: Vec<Signature>,
    /// Those that blocks need in addition.
    added: Vec<Signature>,
    /// The type of each function that the module defines.
    functions: Vec<u32>,
    /// The type of each tag, imported ones first.
    tags: Vec<u32>,
}

impl Signatures {
    pub(super) fn read(wasm: &[u8]) -> Result<Self, InstrumentError> {
        let mut signatures = Self::default();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::TypeSection(section) => {
                    for ty in section.into_iter_err_on_gc_types() {
                        let ty = ty?;
                        signatures.types.push((values(ty.params())?, values(ty.results())?));
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        if let TypeRef::Tag(tag) = import?.ty {
                            signatures.tags.push(tag.func_type_idx);
                        }
                    }
                }
                Payload::FunctionSection(section) => {
                    signatures.functions = section.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::TagSection(section) => {
                    for tag in section {
                        signatures.tags.push(tag?.func_type_idx);
                    }
                }
                _ => {}
            }
        }
        Ok(signatures)
    }

    fn of(&self, index: u32) -> Result<&Signature, InstrumentError> {
        self.types.get(index as usize).ok_or_else(|| InstrumentError::Encode(format!("there is no type {index}")))
    }

    /// How many parameters a function has, by its number among those that the module defines.
    pub(super) fn params_of_function(&self, number: usize) -> Result<u32, InstrumentError> {
        let missing = || InstrumentError::Encode(format!("the function {number} has no type"));
        let (params, _) = self.of(*self.functions.get(number).ok_or_else(missing)?)?;
        u32::try_from(params.len()).map_err(|error| InstrumentError::Encode(error.to_string()))
    }

    /// The types of the values in an exception with this tag.
    pub(super) fn of_tag(&self, tag: u32) -> Result<Vec<ValType>, InstrumentError> {
        let missing = || InstrumentError::Encode(format!("there is no tag {tag}"));
        Ok(self.of(*self.tags.get(tag as usize).ok_or_else(missing)?)?.0.clone())
    }

    /// The types of a block's parameters.
    pub(super) fn params_of_block(&self, ty: wasmparser::BlockType) -> Result<Vec<ValType>, InstrumentError> {
        match ty {
            wasmparser::BlockType::FuncType(index) => Ok(self.of(index)?.0.clone()),
            wasmparser::BlockType::Empty | wasmparser::BlockType::Type(_) => Ok(Vec::new()),
        }
    }

    /// The type of a block, which becomes one of the module's types if it needs to.
    pub(super) fn block(&mut self, signature: Signature) -> Result<BlockType, InstrumentError> {
        match (signature.0.as_slice(), signature.1.as_slice()) {
            ([], []) => return Ok(BlockType::Empty),
            ([], [result]) => return Ok(BlockType::Result(*result)),
            _ => {}
        }
        let position = self.added.iter().position(|known| *known == signature).unwrap_or_else(|| {
            self.added.push(signature);
            self.added.len() - 1
        });
        let index = u32::try_from(self.types.len() + position);
        index.map(BlockType::FunctionType).map_err(|error| InstrumentError::Encode(error.to_string()))
    }

    pub(super) fn added(&self) -> &[Signature] {
        &self.added
    }
}

fn values(types: &[wasmparser::ValType]) -> Result<Vec<ValType>, InstrumentError> {
    types.iter().map(|ty| value(*ty)).collect()
}

/// A type of a value as it is written.
pub(super) fn value(ty: wasmparser::ValType) -> Result<ValType, InstrumentError> {
    RoundtripReencoder.val_type(ty).map_err(|error| InstrumentError::Encode(error.to_string()))
}
