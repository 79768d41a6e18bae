//! How machine code of guests is made.
//!
//! Owns the way that runcell uses, and three others that exist only to measure what it costs (`cargo xtask bench cost`).
//! No face and no configuration offers the others.

use super::instrument::InstrumentError;
use super::meter::{self, METER_VERSION};
use std::borrow::Cow;
use wasmtime::{Config, Engine};

/// How machine code of guests is made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Codegen {
    /// Work is charged at the points that `meter` chooses. Guard pages catch accesses outside of the memory.
    #[default]
    Standard,
    /// The engine charges for each instruction, at every point that it chooses itself.
    ChargedEverywhere,
    /// Work is not charged; an endless loop does not end.
    Uncharged,
    /// Like `Standard`, but every access to memory is compared with the memory's size.
    CheckedBounds,
}

impl Codegen {
    /// Sets up an engine for it.
    pub(super) fn configure(self, config: &mut Config) {
        config.consume_fuel(self != Self::Uncharged);
        match self {
            Self::Standard => {
                config.operator_cost(meter::costs());
            }
            Self::ChargedEverywhere | Self::Uncharged => {}
            Self::CheckedBounds => {
                config.operator_cost(meter::costs());
                config.memory_reservation(0).memory_guard_size(0).memory_reservation_for_growth(1 << 30);
            }
        }
    }

    /// A module as it is compiled.
    ///
    /// # Errors
    /// [`InstrumentError`] where it cannot be read.
    pub fn place(self, wasm: &[u8]) -> Result<Cow<'_, [u8]>, InstrumentError> {
        match self {
            Self::Standard | Self::CheckedBounds => meter::place(wasm).map(Cow::Owned),
            Self::ChargedEverywhere | Self::Uncharged => Ok(Cow::Borrowed(wasm)),
        }
    }

    /// Part of the keys of compiled modules, beside the engine's fingerprint.
    pub fn key_part(self) -> String {
        match self {
            Self::Standard => METER_VERSION.to_owned(),
            other => format!("{other:?}"),
        }
    }
}

/// Whether guests of an engine are charged: always, except with [`Codegen::Uncharged`].
pub(super) fn charges(engine: &Engine) -> bool {
    engine.get_consume_fuel()
}

#[cfg(test)]
mod tests {
    use super::super::engine::{Hosts, fingerprint};
    use super::*;
    use std::collections::HashSet;
    use wasmtime::{Instance, Module, Store};

    const SUM: &str = r#"(module (memory 1)
        (func (export "f") (param $n i32) (result i32)
            (loop (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (local.get $n)))
                (br_if 0 (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
            (i32.load (i32.const 8))))"#;

    #[test]
    fn each_way_computes_the_same_and_has_keys_of_its_own() {
        let wasm = wat::parse_str(SUM).expect("a module");
        let mut keys = HashSet::new();
        for codegen in [Codegen::Standard, Codegen::ChargedEverywhere, Codegen::Uncharged, Codegen::CheckedBounds] {
            let engine = Hosts::new(1 << 20, codegen).expect("engines").plain.engine;
            let module = Module::new(&engine, codegen.place(&wasm).expect("a module")).expect("still a module");
            let mut store = Store::new(&engine, ());
            assert_eq!(charges(&engine), codegen != Codegen::Uncharged, "{codegen:?}");
            assert_eq!(store.set_fuel(10_000).is_ok(), charges(&engine), "{codegen:?}");
            let instance = Instance::new(&mut store, &module, &[]).expect("instantiates");
            let f = instance.get_typed_func::<i32, i32>(&mut store, "f").expect("it has one");
            assert_eq!(f.call(&mut store, 100).expect("it is cheap"), 5050, "{codegen:?}");
            let used = store.get_fuel().map(|left| 10_000 - left).unwrap_or_default();
            assert_eq!(used >= 100, codegen != Codegen::Uncharged, "{codegen:?}: {used}");
            assert!(keys.insert((codegen.key_part(), fingerprint(&engine))), "{codegen:?}");
        }
    }
}
