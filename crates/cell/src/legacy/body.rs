//! A function, rewritten.
//!
//! Owns the new blocks and the labels of jumps, which count them. All other instructions are copied.

use super::shape::{Handler, Shape, Target};
use super::signature::{Signatures, value};
use crate::instrument::InstrumentError;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{BlockType, Catch, Encode, Function, Instruction, ValType};
use wasmparser::{FunctionBody, Operator};

/// Rewrites a function, by its number among those that the module defines.
pub(super) fn rewrite(
    body: &FunctionBody<'_>,
    wasm: &[u8],
    shape: &Shape,
    number: usize,
    signatures: &mut Signatures,
) -> Result<Function, InstrumentError> {
    let mut locals = Vec::new();
    let mut first_local = signatures.params_of_function(number)?;
    for local in body.get_locals_reader()? {
        let (count, ty) = local?;
        first_local = first_local.saturating_add(count);
        locals.push((count, value(ty)?));
    }
    if shape.locals() > 0 {
        locals.push((shape.locals(), ValType::EXNREF));
    }
    let mut writer = Writer::new(shape, signatures, first_local);
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let (operator, at) = operators.read_with_offset()?;
        writer.follow(&operator, &wasm[at..operators.original_position()])?;
    }
    let mut function = Function::new(locals);
    function.raw(writer.out);
    Ok(function)
}

/// A block of the original. Levels count the blocks of the rewritten function from the outside.
#[derive(Clone, Copy)]
struct Frame {
    /// Where a jump to its label leads.
    level: u32,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Function,
    Block,
    /// The body of the `try` of that number.
    Body(usize),
    /// A handler of the `try` of that number: which one.
    Handler(usize, usize),
}

struct Writer<'a> {
    shape: &'a Shape,
    signatures: &'a mut Signatures,
    /// The first of the locals that keep exceptions.
    first_local: u32,
    frames: Vec<Frame>,
    /// How many blocks of the rewritten function are open.
    height: u32,
    /// The block that takes what is delegated to a `try`, by its number; the last one is the function's.
    takers: Vec<u32>,
    opened: usize,
    out: Vec<u8>,
}

impl<'a> Writer<'a> {
    fn new(shape: &'a Shape, signatures: &'a mut Signatures, first_local: u32) -> Self {
        let frames = vec![Frame { level: 0, kind: Kind::Function }];
        let takers = vec![0; shape.tries.len() + 1];
        let mut writer = Self { shape, signatures, first_local, frames, height: 1, takers, opened: 0, out: Vec::new() };
        if shape.delegated_to {
            writer.takers[shape.tries.len()] = writer.open(&Instruction::Block(BlockType::Result(ValType::EXNREF)));
        }
        writer
    }

    fn follow(&mut self, operator: &Operator<'_>, bytes: &[u8]) -> Result<(), InstrumentError> {
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                self.out.extend(bytes);
                self.frames.push(Frame { level: self.height, kind: Kind::Block });
                self.height += 1;
            }
            Operator::Br { relative_depth } => self.emit(&Instruction::Br(self.label(*relative_depth)?)),
            Operator::BrIf { relative_depth } => self.emit(&Instruction::BrIf(self.label(*relative_depth)?)),
            Operator::BrTable { targets } => {
                let labels: Result<Vec<u32>, InstrumentError> = targets.targets().map(|to| self.label(to?)).collect();
                self.emit(&Instruction::BrTable(labels?.into(), self.label(targets.default())?));
            }
            Operator::Try { blockty } => self.open_try(*blockty)?,
            Operator::Catch { .. } | Operator::CatchAll => self.next_handler()?,
            Operator::Rethrow { relative_depth } => self.throw_again(*relative_depth)?,
            Operator::Delegate { .. } => {
                let frame = self.frames.pop();
                self.end_body(frame.ok_or_else(unbalanced)?);
            }
            Operator::End => self.end(bytes)?,
            Operator::TryTable { .. }
            | Operator::BrOnNull { .. }
            | Operator::BrOnNonNull { .. }
            | Operator::BrOnCast { .. }
            | Operator::BrOnCastFail { .. } => {
                return Err(InstrumentError::Encode("a function mixes old exceptions with newer jumps".to_owned()));
            }
            _ => self.out.extend(bytes),
        }
        Ok(())
    }

    fn emit(&mut self, instruction: &Instruction<'_>) {
        instruction.encode(&mut self.out);
    }

    /// Opens a block and returns its level.
    fn open(&mut self, instruction: &Instruction<'_>) -> u32 {
        self.emit(instruction);
        self.height += 1;
        self.height - 1
    }

    fn close(&mut self) {
        self.emit(&Instruction::End);
        self.height -= 1;
    }

    fn jump_to(&mut self, level: u32) {
        self.emit(&Instruction::Br(self.height - 1 - level));
    }

    fn frame(&self, depth: u32) -> Result<Frame, InstrumentError> {
        let at = self.frames.len().checked_sub(1 + depth as usize).ok_or_else(unbalanced)?;
        Ok(self.frames[at])
    }

    /// The label that the rewritten function has for one of the original.
    fn label(&self, depth: u32) -> Result<u32, InstrumentError> {
        Ok(self.height - 1 - self.frame(depth)?.level)
    }

    fn open_try(&mut self, ty: wasmparser::BlockType) -> Result<(), InstrumentError> {
        let number = self.opened;
        self.opened += 1;
        let shape = self.shape;
        let this = &shape.tries[number];
        let params = self.signatures.params_of_block(ty)?;
        let block = RoundtripReencoder.block_type(ty).map_err(|error| InstrumentError::Encode(error.to_string()))?;
        let level = match this.delegates {
            Some(target) => {
                let taker = self.takers[if let Target::Try(number) = target { number } else { shape.tries.len() }];
                let catches = vec![Catch::AllRef { label: self.height - 1 - taker }];
                self.open(&Instruction::TryTable(block, catches.into()))
            }
            None => self.open(&Instruction::Block(block)),
        };
        if !this.handlers.is_empty() {
            for handler in this.handlers.iter().rev() {
                let signature = (params.clone(), self.caught(handler)?);
                let ty = self.signatures.block(signature)?;
                self.open(&Instruction::Block(ty));
            }
            let catches: Vec<Catch> = (0..).zip(&this.handlers).map(|(label, handler)| catch(handler, label)).collect();
            self.open(&Instruction::TryTable(block, catches.into()));
        }
        if this.delegated_to {
            let ty = self.signatures.block((params, vec![ValType::EXNREF]))?;
            self.takers[number] = self.open(&Instruction::Block(ty));
        }
        self.frames.push(Frame { level, kind: Kind::Body(number) });
        Ok(())
    }

    /// The types of the values on the stack when a handler begins.
    fn caught(&self, handler: &Handler) -> Result<Vec<ValType>, InstrumentError> {
        let mut values = handler.tag.map_or(Ok(Vec::new()), |tag| self.signatures.of_tag(tag))?;
        values.extend(handler.kept.then_some(ValType::EXNREF));
        Ok(values)
    }

    /// Ends the part of a body that takes what is delegated to it.
    fn end_taking(&mut self, level: u32) {
        self.jump_to(level);
        self.close();
        self.emit(&Instruction::ThrowRef);
    }

    fn next_handler(&mut self) -> Result<(), InstrumentError> {
        let frame = self.frames.pop().ok_or_else(unbalanced)?;
        let (number, handler) = match frame.kind {
            Kind::Body(number) => {
                if self.shape.tries[number].delegated_to {
                    self.end_taking(frame.level);
                }
                self.close();
                (number, 0)
            }
            Kind::Handler(number, handler) => (number, handler + 1),
            Kind::Function | Kind::Block => return Err(unbalanced()),
        };
        self.jump_to(frame.level);
        self.close();
        let this = &self.shape.tries[number];
        if this.handlers.get(handler).ok_or_else(unbalanced)?.kept {
            self.emit(&Instruction::LocalSet(self.first_local + this.slot));
        }
        self.frames.push(Frame { level: frame.level, kind: Kind::Handler(number, handler) });
        Ok(())
    }

    fn throw_again(&mut self, depth: u32) -> Result<(), InstrumentError> {
        let Kind::Handler(number, _) = self.frame(depth)?.kind else { return Err(unbalanced()) };
        self.emit(&Instruction::LocalGet(self.first_local + self.shape.tries[number].slot));
        self.emit(&Instruction::ThrowRef);
        Ok(())
    }

    /// Ends a `try` that has no handlers.
    fn end_body(&mut self, frame: Frame) {
        if let Kind::Body(number) = frame.kind
            && self.shape.tries[number].delegated_to
        {
            self.end_taking(frame.level);
        }
        self.close();
    }

    fn end(&mut self, bytes: &[u8]) -> Result<(), InstrumentError> {
        let frame = self.frames.pop().ok_or_else(unbalanced)?;
        match frame.kind {
            Kind::Function if self.shape.delegated_to => {
                self.emit(&Instruction::Return);
                self.close();
                self.emit(&Instruction::ThrowRef);
                self.close();
            }
            Kind::Function | Kind::Block => {
                self.out.extend(bytes);
                self.height -= 1;
            }
            Kind::Body(_) => self.end_body(frame),
            Kind::Handler(..) => self.close(),
        }
        Ok(())
    }
}

fn catch(handler: &Handler, label: u32) -> Catch {
    match (handler.tag, handler.kept) {
        (Some(tag), true) => Catch::OneRef { tag, label },
        (Some(tag), false) => Catch::One { tag, label },
        (None, true) => Catch::AllRef { label },
        (None, false) => Catch::All { label },
    }
}

fn unbalanced() -> InstrumentError {
    InstrumentError::Encode("the blocks of a function do not match".to_owned())
}
