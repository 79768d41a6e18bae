// <execinfo.h>: a program in a cell cannot look at its stack; there is nothing on it.
#pragma once
#ifdef __cplusplus
extern "C" {
#endif
int backtrace(void **, int);
char **backtrace_symbols(void *const *, int);
void backtrace_symbols_fd(void *const *, int, int);
#ifdef __cplusplus
}
#endif
