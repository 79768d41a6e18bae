// A set of signals that holds all of them; wasi-libc's has room for eight.
#ifndef __wasilibc___typedef_sigset_t_h
#define __wasilibc___typedef_sigset_t_h
typedef struct {
    unsigned long long __bits;
} sigset_t;
#endif
