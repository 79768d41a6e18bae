// <signal.h> with sigaction and masks.
#ifndef RUNCELL_SIGNAL_H
#define RUNCELL_SIGNAL_H
#include <features.h>
#define __NEED_size_t
#define __NEED_pid_t
#define __NEED_uid_t
#define __NEED_clock_t
#define __NEED_sigset_t
#define __NEED_pthread_t
#define __NEED_pthread_attr_t
#define __NEED_struct_timespec
#include <bits/alltypes.h>
#define SA_NOCLDSTOP 1
#define SA_NOCLDWAIT 2
#define SA_SIGINFO 4
#define SA_ONSTACK 0x08000000
#define SA_RESTART 0x10000000
#define SA_NODEFER 0x40000000
#define SA_RESETHAND 0x80000000
#define MINSIGSTKSZ 2048
#define SIGSTKSZ 8192
struct sigaltstack {
    void *ss_sp;
    int ss_flags;
    size_t ss_size;
};
#define __wasilibc_unmodified_upstream
#include_next <signal.h>
#undef __wasilibc_unmodified_upstream
// Small numbers are functions in WebAssembly.
#undef SIG_ERR
#undef SIG_IGN
#ifdef __cplusplus
extern "C" {
#endif
void __SIG_ERR(int);
void __SIG_IGN(int);
#ifdef __cplusplus
}
#endif
#define SIG_ERR (__SIG_ERR)
#define SIG_IGN (__SIG_IGN)
#undef SIGRTMIN
#undef SIGRTMAX
#define SIGRTMIN 35
#define SIGRTMAX 64
#endif
