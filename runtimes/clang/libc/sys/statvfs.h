// <sys/statvfs.h> with functions that answer: those of our library, under names of their own, since libc has its in an
// object that every program which opens files is linked with.
#ifndef RUNCELL_SYS_STATVFS_H
#define RUNCELL_SYS_STATVFS_H
#include_next <sys/statvfs.h>
#ifdef __cplusplus
extern "C" {
#endif
int statvfs(const char *__restrict, struct statvfs *__restrict) __asm__("runcell_statvfs");
int fstatvfs(int, struct statvfs *) __asm__("runcell_fstatvfs");
#ifdef __cplusplus
}
#endif
#endif
