/*
 * What the library has only where it is a module of its own.
 */
#include <signal.h>
#include <stdlib.h>

void __wasm_call_ctors(void);

/* How it begins: a program has other constructors under that name. */
void runcell_begin_library(void) {
    __wasm_call_ctors();
}

/*
 * Ends with the exit code that a shell reports for SIGABRT. Signals are always
 * there; raising one without a handler would print a line of its own.
 */
_Noreturn void abort(void) {
    static int aborting;
    if (!aborting) {
        aborting = 1;
        void (*handler)(int) = signal(SIGABRT, SIG_DFL);
        if (handler != SIG_DFL && handler != SIG_IGN && handler != SIG_ERR)
            handler(SIGABRT);
    }
    _Exit(128 + SIGABRT);
}
