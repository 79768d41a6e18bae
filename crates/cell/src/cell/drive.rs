//! Calling a guest's exports with texts and lists of texts.
//!
//! Owns how such arguments are laid out in guest memory (address and length; a list is an array of such pairs). The memory
//! comes from an allocator that the guest exports. A runtime's manifest says what is called with what.

use crate::state::{CellState, memory_of};
use serde::Deserialize;
use wasmtime::{Instance, Store, Val};

/// How a program is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// The `_start` of a command.
    Command,
    /// Exports of a reactor.
    Calls {
        /// In order.
        calls: Vec<ExportCall>,
        /// The export that allocates guest memory.
        allocator: String,
    },
}

/// A call of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportCall {
    /// Its name.
    pub export: String,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// The result that counts as success.
    pub expect: Expect,
}

/// An argument of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// A text: address and length in bytes.
    Text(String),
    /// A list of texts: address and number of (address, length) pairs. The texts end with a NUL that their length counts.
    CList(Vec<String>),
    /// A text that ends with a NUL: its address.
    CString(String),
    /// A number.
    Number(i32),
}

/// The result of a call that counts as success.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expect {
    /// Anything.
    #[default]
    Anything,
    /// 0.
    Zero,
    /// The address of two words, of which the second is 0.
    SecondWordZero,
}

/// Calls the entry and lets it run to its end; what each call returns has to be what is expected.
pub async fn call(store: &mut Store<CellState>, instance: &Instance, entry: &Entry) -> wasmtime::Result<()> {
    match entry {
        Entry::Command => {
            let start = ExportCall { export: "_start".to_owned(), arguments: Vec::new(), expect: Expect::Anything };
            call_export(store, instance, &start, "").await
        }
        Entry::Calls { calls, allocator } => {
            for call in calls {
                call_export(store, instance, call, allocator).await?;
            }
            Ok(())
        }
    }
}

async fn call_export(
    store: &mut Store<CellState>,
    instance: &Instance,
    call: &ExportCall,
    allocator: &str,
) -> wasmtime::Result<()> {
    let missing = || wasmtime::Error::msg(format!("the module exports no function {:?}", call.export));
    let func = instance.get_func(&mut *store, &call.export).ok_or_else(missing)?;
    let mut values = Vec::new();
    for argument in &call.arguments {
        let (number, len) = match argument {
            Argument::Text(text) => (put(store, instance, allocator, text.as_bytes()).await?, Some(text.len())),
            Argument::CList(texts) => (put_list(store, instance, allocator, texts).await?, Some(texts.len())),
            Argument::CString(text) => {
                (put(store, instance, allocator, &[text.as_bytes(), &[0]].concat()).await?, None)
            }
            Argument::Number(number) => (number.cast_unsigned(), None),
        };
        values.push(Val::I32(number.cast_signed()));
        values.extend(len.map(i32::try_from).transpose()?.map(Val::I32));
    }
    let mut results = vec![Val::I32(0); func.ty(&*store).results().len()];
    func.call_async(&mut *store, &values, &mut results).await?;
    check(store, instance, &results, call.expect)
}

fn check(store: &mut Store<CellState>, instance: &Instance, results: &[Val], expect: Expect) -> wasmtime::Result<()> {
    let value = results.first().and_then(Val::i32).unwrap_or(0);
    let value = match expect {
        Expect::Anything => 0,
        Expect::Zero => value,
        Expect::SecondWordZero => {
            let memory = memory_of(instance, store).ok_or_else(no_memory)?;
            let mut word = [0; 4];
            memory.read(&*store, value.cast_unsigned() as usize + 4, &mut word)?;
            i32::from_le_bytes(word)
        }
    };
    if value == 0 { Ok(()) } else { Err(wasmtime::Error::msg(format!("the call failed with {value}"))) }
}

fn no_memory() -> wasmtime::Error {
    wasmtime::Error::msg("the module exports no memory")
}

async fn put_list(
    store: &mut Store<CellState>,
    instance: &Instance,
    allocator: &str,
    texts: &[String],
) -> wasmtime::Result<u32> {
    let mut pairs = Vec::new();
    for text in texts {
        let bytes = [text.as_bytes(), &[0]].concat();
        let at = put(store, instance, allocator, &bytes).await?;
        pairs.extend(at.to_le_bytes());
        pairs.extend(u32::try_from(bytes.len())?.to_le_bytes());
    }
    put(store, instance, allocator, &pairs).await
}

/// Copies bytes into guest memory that the guest allocates: `alloc(len)` or `realloc(0, 0, align, len)`.
async fn put(
    store: &mut Store<CellState>,
    instance: &Instance,
    allocator: &str,
    bytes: &[u8],
) -> wasmtime::Result<u32> {
    let len = i32::try_from(bytes.len())?;
    let missing = || wasmtime::Error::msg(format!("the module exports no allocator {allocator:?}"));
    let func = instance.get_func(&mut *store, allocator).ok_or_else(missing)?;
    let arguments = match func.ty(&*store).params().len() {
        1 => vec![Val::I32(len)],
        _ => vec![Val::I32(0), Val::I32(0), Val::I32(4), Val::I32(len)],
    };
    let mut result = [Val::I32(0)];
    func.call_async(&mut *store, &arguments, &mut result).await?;
    let at = result[0].unwrap_i32().cast_unsigned();
    let memory = memory_of(instance, store).ok_or_else(no_memory)?;
    memory.write(&mut *store, at as usize, bytes)?;
    Ok(at)
}
