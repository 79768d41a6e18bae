/*
 * How main(argc, argv) gets its arguments.
 *
 * Stands in for wasi-libc's function of the same name, which keeps them in
 * malloc'ed memory and so links the allocator into every program that names
 * argv. It also refers to main strongly: a program without one is a link error
 * here, where libc lets it link and trap.
 */
#include <stddef.h>
#include <stdlib.h>
#include <wasi/api.h>

#define PAGE 65536

/* The name clang gives to a main that takes arguments. */
int __main_argc_argv(int argc, char **argv);

/* What crt1 calls; a main without arguments is compiled under this name itself. */
__attribute__((weak)) int __main_void(void) {
    size_t count, bytes;
    if (__wasi_args_sizes_get(&count, &bytes) != 0)
        _Exit(71);
    size_t pages = ((count + 1) * sizeof(char *) + bytes + PAGE - 1) / PAGE;
    size_t grown = __builtin_wasm_memory_grow(0, pages);
    if (grown == (size_t)-1)
        _Exit(71);
    char **argv = (char **)(grown * PAGE);
    if (__wasi_args_get((uint8_t **)argv, (uint8_t *)(argv + count + 1)) != 0)
        _Exit(71);
    return __main_argc_argv((int)count, argv);
}
