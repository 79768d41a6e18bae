//! Calls for things that a cell lacks: network, processes, libraries to load, signals, stacks to switch to.
//!
//! Owns what each of these calls answers. A call gets the type that the module imports it with, so that none can be wrong.

use super::call::MODULE;
use crate::errno::Errno;
use crate::state::CellState;
use wasmtime::{Linker, Module, Val};

/// The answer of a call.
#[derive(Clone, Copy)]
enum Refusal {
    /// That number, or nothing if the call has no result.
    Number(i32),
    /// The guest ends, with this message.
    End(&'static str),
}

/// "Temporary failure in name resolution", as `getaddrinfo` says it.
const NO_ANSWER: i32 = -3;
const FIBERS: Refusal = Refusal::End("fibers cannot run in this cell");

const NO_NETWORK: Refusal = Refusal::Number(-(Errno::AfNoSupport as i32));
const NO_CALL: Refusal = Refusal::Number(-(Errno::NoSys as i32));
const NOT_A_SOCKET: Refusal = Refusal::Number(-(Errno::NotSock as i32));
const FAILED: Refusal = Refusal::Number(-1);
const NOTHING: Refusal = Refusal::Number(0);

const REFUSED: [(&str, Refusal); 36] = [
    ("__syscall_socket", NO_NETWORK),
    ("__syscall_accept4", NOT_A_SOCKET),
    ("__syscall_bind", NOT_A_SOCKET),
    ("__syscall_connect", NOT_A_SOCKET),
    ("__syscall_getpeername", NOT_A_SOCKET),
    ("__syscall_getsockname", NOT_A_SOCKET),
    ("__syscall_getsockopt", NOT_A_SOCKET),
    ("__syscall_listen", NOT_A_SOCKET),
    ("__syscall_recvfrom", NOT_A_SOCKET),
    ("__syscall_sendto", NOT_A_SOCKET),
    ("wasm_close", FAILED),
    ("wasm_setsockopt", FAILED),
    ("wasm_shutdown", FAILED),
    ("getaddrinfo", Refusal::Number(NO_ANSWER)),
    ("getnameinfo", Refusal::Number(NO_ANSWER)),
    ("_emscripten_lookup_name", NOTHING),
    ("getprotobyname", NOTHING),
    ("getprotobynumber", NOTHING),
    ("__syscall_pipe", NO_CALL),
    ("js_open_process", FAILED),
    ("js_process_status", FAILED),
    ("js_waitpid", FAILED),
    ("js_popen_get_pid_for_fd", FAILED),
    ("js_popen_set_pid_for_fd", NOTHING),
    ("js_popen_clear_pid_for_fd", NOTHING),
    ("__asyncjs__js_popen_to_file", NOTHING),
    ("__asyncjs__js_module_onMessage", FAILED),
    ("js_wasm_trace", NOTHING),
    ("_dlopen_js", NOTHING),
    ("_dlsym_js", NOTHING),
    // No signal ever arrives, so that a timer is set and forgotten.
    ("_setitimer_js", NOTHING),
    ("__call_sighandler", NOTHING),
    ("_emscripten_runtime_keepalive_clear", NOTHING),
    ("getcontext", FIBERS),
    ("makecontext", FIBERS),
    ("swapcontext", FIBERS),
];

pub(super) fn add(linker: &mut Linker<CellState>, module: &Module) -> wasmtime::Result<()> {
    for import in module.imports().filter(|import| import.module() == MODULE) {
        let Some(ty) = import.ty().func().cloned() else { continue };
        let Some((name, refusal)) = REFUSED.into_iter().find(|(name, _)| *name == import.name()) else { continue };
        linker.func_new(MODULE, name, ty, move |_, _, results| match refusal {
            Refusal::End(message) => Err(wasmtime::Error::msg(message)),
            Refusal::Number(number) => {
                results.iter_mut().for_each(|result| *result = Val::I32(number));
                Ok(())
            }
        })?;
    }
    Ok(())
}
