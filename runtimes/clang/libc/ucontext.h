// <ucontext.h>: a cell cannot change stacks.
#pragma once
#include <signal.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct runcell_ucontext {
    unsigned long uc_flags;
    struct runcell_ucontext *uc_link;
    stack_t uc_stack;
    sigset_t uc_sigmask;
} ucontext_t;
int getcontext(ucontext_t *);
int setcontext(const ucontext_t *);
int swapcontext(ucontext_t *, const ucontext_t *);
void makecontext(ucontext_t *, void (*)(void), int, ...);
#ifdef __cplusplus
}
#endif
