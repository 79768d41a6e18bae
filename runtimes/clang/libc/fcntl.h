// <fcntl.h> with locks of files, and all of fcntl.
#ifndef RUNCELL_FCNTL_H
#define RUNCELL_FCNTL_H
#include_next <fcntl.h>
#define __NEED_pid_t
#include <bits/alltypes.h>
#ifdef __cplusplus
extern "C" {
#endif
#define F_DUPFD 0
#define F_GETLK 5
#define F_SETLK 6
#define F_SETLKW 7
#define F_SETOWN 8
#define F_GETOWN 9
#define F_DUPFD_CLOEXEC 1030
#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2
#define F_ULOCK 0
#define F_LOCK 1
#define F_TLOCK 2
#define F_TEST 3
int lockf(int, int, off_t);
int fcntl(int, int, ...) __asm__("runcell_fcntl");
#ifdef __cplusplus
}
#endif
#endif
