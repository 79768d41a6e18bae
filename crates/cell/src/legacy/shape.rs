//! The shape of the `try` blocks of a function, which is known only at their ends.
//!
//! Owns the survey: the handlers of each, which of them throw again what they caught, and who delegates to whom.

use crate::instrument::InstrumentError;
use wasmparser::{FunctionBody, Operator};

/// The `try` blocks of a function.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// In the order in which they open.
    pub(super) tries: Vec<Try>,
    /// Whether a `try` delegates to the caller, past others.
    pub(super) delegated_to: bool,
}

/// A `try`.
#[derive(Debug, Default)]
pub(super) struct Try {
    pub(super) handlers: Vec<Handler>,
    /// Where it delegates to, past others.
    pub(super) delegates: Option<Target>,
    /// Whether another one delegates to it.
    pub(super) delegated_to: bool,
    /// In how many handlers it stands: the number of the local that keeps what it caught.
    pub(super) slot: u32,
}

/// A handler of a `try`.
#[derive(Debug)]
pub(super) struct Handler {
    /// The tag that it catches; `None` for every one.
    pub(super) tag: Option<u32>,
    /// Whether it throws again what it caught.
    pub(super) kept: bool,
}

/// The receiver of an exception that was delegated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The `try` of that number.
    Try(usize),
    /// The caller of the function.
    Caller,
}

#[derive(Clone, Copy)]
enum Frame {
    Block,
    /// The body of a `try`.
    Body(usize),
    /// A handler of a `try`.
    Handler(usize),
}

impl Shape {
    /// The shape of a function; `None` if it has no exceptions of the old form.
    pub(super) fn of(body: &FunctionBody<'_>) -> Result<Option<Self>, InstrumentError> {
        let mut shape = Self::default();
        let mut frames = vec![Frame::Block];
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            shape.follow(&operators.read()?, &mut frames)?;
        }
        Ok((!shape.tries.is_empty()).then_some(shape))
    }

    fn follow(&mut self, operator: &Operator<'_>, frames: &mut Vec<Frame>) -> Result<(), InstrumentError> {
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } | Operator::TryTable { .. } => {
                frames.push(Frame::Block);
            }
            Operator::Try { .. } => {
                let handlers = frames.iter().filter(|frame| matches!(frame, Frame::Handler(_))).count();
                let slot = u32::try_from(handlers).map_err(|error| InstrumentError::Encode(error.to_string()))?;
                frames.push(Frame::Body(self.tries.len()));
                self.tries.push(Try { slot, ..Try::default() });
            }
            Operator::Catch { tag_index } => self.handler(frames, Some(*tag_index))?,
            Operator::CatchAll => self.handler(frames, None)?,
            Operator::Rethrow { relative_depth } => {
                let at = outward(frames, *relative_depth)?;
                let Frame::Handler(number) = frames[at] else {
                    return Err(InstrumentError::Encode("a rethrow that is in no handler".to_owned()));
                };
                // Only the last handler that was seen is open.
                if let Some(handler) = self.tries[number].handlers.last_mut() {
                    handler.kept = true;
                }
            }
            Operator::Delegate { relative_depth } => {
                let Some(Frame::Body(number)) = frames.pop() else {
                    return Err(InstrumentError::Encode("a delegate that ends no try".to_owned()));
                };
                self.delegate(number, frames, *relative_depth)?;
            }
            Operator::End => {
                frames.pop();
            }
            _ => {}
        }
        Ok(())
    }

    fn handler(&mut self, frames: &mut [Frame], tag: Option<u32>) -> Result<(), InstrumentError> {
        let Some(frame) = frames.last_mut() else { return Err(no_try()) };
        let (Frame::Body(number) | Frame::Handler(number)) = *frame else { return Err(no_try()) };
        *frame = Frame::Handler(number);
        self.tries[number].handlers.push(Handler { tag, kept: false });
        Ok(())
    }

    /// Finds who gets what the `try` of that number delegates: the first at or outside of the label whose body it is in.
    fn delegate(&mut self, number: usize, frames: &[Frame], depth: u32) -> Result<(), InstrumentError> {
        let at = outward(frames, depth)?;
        if !frames[at + 1..].iter().any(|frame| matches!(frame, Frame::Body(_))) {
            return Ok(());
        }
        let outer = frames[..=at].iter().rev().find_map(|frame| match frame {
            Frame::Body(number) => Some(*number),
            Frame::Block | Frame::Handler(_) => None,
        });
        match outer {
            Some(outer) => self.tries[outer].delegated_to = true,
            None => self.delegated_to = true,
        }
        self.tries[number].delegates = Some(outer.map_or(Target::Caller, Target::Try));
        Ok(())
    }

    /// How many locals keep exceptions.
    pub(super) fn locals(&self) -> u32 {
        let kept = self.tries.iter().filter(|each| each.handlers.iter().any(|handler| handler.kept));
        kept.map(|each| each.slot + 1).max().unwrap_or_default()
    }
}

fn no_try() -> InstrumentError {
    InstrumentError::Encode("a catch that belongs to no try".to_owned())
}

/// The frame that a label means.
fn outward(frames: &[Frame], depth: u32) -> Result<usize, InstrumentError> {
    let at = frames.len().checked_sub(1 + depth as usize);
    at.ok_or_else(|| InstrumentError::Encode(format!("a label leads {depth} blocks outward, which is too far")))
}
