// <sys/wait.h>: a cell has no other processes, every wait fails with ECHILD.
#pragma once
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#define __NEED_pid_t
#define __NEED_id_t
#include <bits/alltypes.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef enum { P_ALL, P_PID, P_PGID, P_PIDFD } idtype_t;
#define WNOHANG 1
#define WUNTRACED 2
#define WSTOPPED 2
#define WEXITED 4
#define WCONTINUED 8
#define WNOWAIT 0x1000000
#define WEXITSTATUS(s) (((s) & 0xff00) >> 8)
#define WTERMSIG(s) ((s) & 0x7f)
#define WSTOPSIG(s) WEXITSTATUS(s)
#define WCOREDUMP(s) ((s) & 0x80)
#define WIFEXITED(s) (!WTERMSIG(s))
#define WIFSTOPPED(s) ((short)((((s) & 0xffff) * 0x10001U) >> 8) > 0x7f00)
#define WIFSIGNALED(s) (((s) & 0xffff) - 1U < 0xffu)
#define WIFCONTINUED(s) ((s) == 0xffff)
pid_t wait(int *);
pid_t waitpid(pid_t, int *, int);
#ifdef SI_USER
int waitid(idtype_t, id_t, siginfo_t *, int);
#endif
pid_t wait3(int *, int, struct rusage *);
pid_t wait4(pid_t, int *, int, struct rusage *);
#ifdef __cplusplus
}
#endif
