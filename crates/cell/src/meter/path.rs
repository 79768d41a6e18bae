//! The paths through one function, and how many instructions of each are not paid yet.
//!
//! Owns the bookkeeping over WebAssembly's nested blocks, in one pass. For every point it knows the least and the most that
//! the paths to that point have not paid. Where the two differ, the guest pays the middle, which is wrong by at most half a
//! stretch. What a turn of a loop costs is known at the loop's end; the payment at its head is filled in then.

use wasmparser::Operator;

/// A path pays after this many instructions at the latest.
pub(super) const STRETCH: u32 = 32;

/// A path pays before it enters a loop if it has this many instructions unpaid. The turns of the loop pay for themselves.
const BEFORE_LOOP: u32 = 8;

/// The debt of the paths to a point, in instructions: the least and the most of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Unpaid {
    least: u32,
    most: u32,
}

impl Unpaid {
    /// The same for the paths of both together.
    fn or(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.max(other.most) }
    }

    /// The amount that is paid for them.
    fn middle(self) -> u32 {
        (self.least + self.most).div_ceil(2)
    }
}

/// A block that is open.
#[derive(Debug)]
struct Block {
    kind: Kind,
    /// The paths that branch to its label; `None` if none does.
    branches: Option<Unpaid>,
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// Its label is its end.
    Plain,
    /// The same; without an `else`, paths also lead past it.
    If(Option<Unpaid>),
    /// Its label is its head, whose payment has this place in the list.
    Loop(usize),
}

/// The paths of a function.
#[derive(Debug)]
pub(super) struct Paths {
    /// Payments: byte offset in the module, and units.
    payments: Vec<(usize, u32)>,
    blocks: Vec<Block>,
    /// The paths to the current point; `None` if no path leads there.
    now: Option<Unpaid>,
}

impl Default for Paths {
    fn default() -> Self {
        let body = Block { kind: Kind::Plain, branches: None };
        Self { payments: Vec::new(), blocks: vec![body], now: Some(Unpaid::default()) }
    }
}

impl Paths {
    /// The payments, in the order of their offsets.
    pub(super) fn payments(self) -> impl ExactSizeIterator<Item = (usize, u32)> {
        self.payments.into_iter()
    }

    /// Follows an instruction that lies from `at` to `end`.
    pub(super) fn follow(&mut self, operator: &Operator<'_>, at: usize, end: usize) {
        let weight = weight(operator);
        if let Some(now) = &mut self.now {
            now.least += weight;
            now.most += weight;
        }
        match operator {
            Operator::Block { .. } => self.open(Kind::Plain),
            Operator::If { .. } => self.open(Kind::If(self.now)),
            Operator::Loop { .. } => {
                self.pay(at, BEFORE_LOOP);
                self.payments.push((end, 0));
                self.now = self.now.map(|_| Unpaid::default());
                self.open(Kind::Loop(self.payments.len() - 1));
            }
            Operator::TryTable { try_table } => {
                // An exception was thrown by a call or a throw, both of which pay.
                for catch in &try_table.catches {
                    self.branch(catch_label(catch), Unpaid::default());
                }
                self.open(Kind::Plain);
            }
            Operator::Else => self.otherwise(),
            Operator::End => self.close(at, end),
            Operator::Br { relative_depth } => self.leave(at, &[*relative_depth], false),
            Operator::BrIf { relative_depth }
            | Operator::BrOnNull { relative_depth }
            | Operator::BrOnNonNull { relative_depth } => self.leave(at, &[*relative_depth], true),
            Operator::BrTable { targets } => {
                let labels = targets.targets().map_while(Result::ok).chain([targets.default()]);
                self.leave(at, &labels.collect::<Vec<_>>(), false);
            }
            Operator::Call { .. } | Operator::CallIndirect { .. } | Operator::CallRef { .. } => self.pay(at, 1),
            Operator::Return
            | Operator::ReturnCall { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::ReturnCallRef { .. }
            | Operator::Throw { .. }
            | Operator::ThrowRef => {
                self.pay(at, 1);
                self.now = None;
            }
            Operator::Unreachable => self.now = None,
            _ => self.pay(at, STRETCH),
        }
    }

    /// Pays at `at` what is not paid, if that may be `from` instructions or more.
    fn pay(&mut self, at: usize, from: u32) {
        if let Some(now) = self.now.filter(|now| now.most >= from) {
            self.payments.push((at, now.middle()));
            self.now = Some(Unpaid::default());
        }
    }

    fn open(&mut self, kind: Kind) {
        self.blocks.push(Block { kind, branches: None });
    }

    /// A branch to a label leads there with `unpaid`.
    fn branch(&mut self, label: u32, unpaid: Unpaid) {
        // A module that is not valid is refused by its compiler.
        let index = self.blocks.len().checked_sub(1 + label as usize);
        if let Some(block) = index.and_then(|index| self.blocks.get_mut(index)) {
            block.branches = Some(block.branches.map_or(unpaid, |others| others.or(unpaid)));
        }
    }

    /// A branch at `at` to one of `labels`; paths go on behind it only if it is one that may not be taken.
    fn leave(&mut self, at: usize, labels: &[u32], goes_on: bool) {
        // The label of the function itself is its end, where nothing can be paid any more.
        if labels.iter().any(|label| *label as usize + 1 == self.blocks.len()) {
            self.pay(at, 1);
        }
        if let Some(now) = self.now {
            labels.iter().for_each(|label| self.branch(*label, now));
        }
        if !goes_on {
            self.now = None;
        }
    }

    /// The other arm of an `if` begins where the first one did.
    fn otherwise(&mut self) {
        let Some(block) = self.blocks.last_mut() else { return };
        let Kind::If(before) = std::mem::replace(&mut block.kind, Kind::Plain) else { return };
        if let Some(now) = self.now {
            self.branch(0, now);
        }
        self.now = before;
    }

    /// A block ends: all paths to its label meet, but those to the head of a loop.
    fn close(&mut self, at: usize, end: usize) {
        if self.blocks.len() == 1 {
            self.pay(at, 1);
        }
        let Some(block) = self.blocks.pop() else { return };
        let arrivals = match block.kind {
            Kind::Loop(head) => {
                // Each turn pays at least something.
                self.payments[head].1 = block.branches.unwrap_or_default().middle().max(1);
                return;
            }
            Kind::Plain => [self.now, block.branches, None],
            Kind::If(before) => [self.now, block.branches, before],
        };
        self.now = arrivals.into_iter().flatten().reduce(Unpaid::or);
        if !self.blocks.is_empty() {
            self.pay(end, STRETCH);
        }
    }
}

fn catch_label(catch: &wasmparser::Catch) -> u32 {
    match catch {
        wasmparser::Catch::One { label, .. }
        | wasmparser::Catch::OneRef { label, .. }
        | wasmparser::Catch::All { label }
        | wasmparser::Catch::AllRef { label } => *label,
    }
}

/// The cost of an instruction: 1, or 0 if it only nests or ends others.
fn weight(operator: &Operator<'_>) -> u32 {
    match operator {
        Operator::Nop
        | Operator::Drop
        | Operator::Block { .. }
        | Operator::Loop { .. }
        | Operator::Unreachable
        | Operator::Return
        | Operator::Else
        | Operator::End => 0,
        _ => 1,
    }
}
