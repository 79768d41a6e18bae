/*
 * How a C program ends by abort(): with the exit code that a shell reports for
 * SIGABRT, where wasi-libc would end in a trap. A SIGABRT handler is called
 * first, if the program is linked with signals at all.
 */
#include <signal.h>
#include <stdlib.h>

__attribute__((weak)) int raise(int signal);

_Noreturn void abort(void) {
    static int aborting;
    /* The default action of the emulated raise() is to call abort() again. */
    if (!aborting && raise) {
        aborting = 1;
        raise(SIGABRT);
    }
    _Exit(128 + SIGABRT);
}
