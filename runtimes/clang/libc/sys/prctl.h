// <sys/prctl.h>: there is no process to change.
#pragma once
#define PR_SET_PDEATHSIG 1
#define PR_GET_DUMPABLE 3
#define PR_SET_DUMPABLE 4
#define PR_SET_NAME 15
#define PR_GET_NAME 16
#define PR_SET_SECCOMP 22
#define PR_SET_NO_NEW_PRIVS 38
#ifdef __cplusplus
extern "C" {
#endif
int prctl(int, ...);
#ifdef __cplusplus
}
#endif
