//! How a call of the host is defined: by name, with its arguments by name.
//!
//! Owns the two macros, and the types of a call. Each macro makes a plain function, so that the compiler makes the engine's
//! code for a signature once, and not once for each call: the first build of this crate takes half the time.

use crate::state::CellState;
use wasmtime::Caller;

/// The guest that calls.
pub(super) type Cx<'a> = Caller<'a, CellState>;

/// What a call gives the guest: a number, or the end of it.
pub(super) type Answer = wasmtime::Result<i32>;

/// A call that may wait, as the linker takes it.
pub(super) type Waiting<Arguments> = for<'a> fn(Cx<'a>, Arguments) -> Box<dyn Future<Output = Answer> + Send + 'a>;

/// Defines a call that is answered at once:
///
/// ```ignore
/// define!(linker, MODULE, "fd_close", |cx, fd: u32| quick(cx, |wasi, _| fd::close(wasi, fd)));
/// ```
macro_rules! define {
    ($linker:ident, $module:expr, $name:expr, |$cx:ident $(, $argument:tt: $ty:ty)*| $body:expr) => {{
        let call: fn($crate::wasi::define::Cx<'_> $(, $ty)*) -> $crate::wasi::define::Answer = |mut $cx $(, $argument)*| {
            let $cx = &mut $cx;
            $body
        };
        $linker.func_wrap($module, $name, call)?
    }};
}
pub(super) use define;

/// Defines a call that may wait:
///
/// ```ignore
/// define_async!(linker, MODULE, "fd_allocate", |cx, fd: u32, offset: u64, len: u64| {
///     slow(cx, |wasi, _| fd::allocate(wasi, fd, offset, len)).await
/// });
/// ```
macro_rules! define_async {
    ($linker:ident, $module:expr, $name:expr, |$cx:ident $(, $argument:ident: $ty:ty)*| $body:expr) => {{
        let call: $crate::wasi::define::Waiting<($($ty,)*)> = |mut $cx, ($($argument,)*)| {
            Box::new(async move {
                let $cx = &mut $cx;
                $body
            })
        };
        $linker.func_wrap_async($module, $name, call)?
    }};
}
pub(super) use define_async;
