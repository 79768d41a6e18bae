// <sys/statvfs.h> with functions that answer.
#ifndef RUNCELL_SYS_STATVFS_H
#define RUNCELL_SYS_STATVFS_H
#include_next <sys/statvfs.h>
#ifdef __cplusplus
extern "C" {
#endif
int runcell_statvfs(const char *__restrict, struct statvfs *__restrict);
int runcell_fstatvfs(int, struct statvfs *);
#ifdef __cplusplus
}
#endif
#define statvfs(path, space) runcell_statvfs(path, space)
#define fstatvfs(fd, space) runcell_fstatvfs(fd, space)
#endif
