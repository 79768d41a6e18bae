// <grp.h>: the one group of a cell.
#pragma once
#include <features.h>
#define __NEED_size_t
#define __NEED_gid_t
#include <bits/alltypes.h>
#ifdef __cplusplus
extern "C" {
#endif
struct group {
    char *gr_name, *gr_passwd;
    gid_t gr_gid;
    char **gr_mem;
};
struct group *getgrgid(gid_t);
struct group *getgrnam(const char *);
int setgroups(size_t, const gid_t *);
#ifdef __cplusplus
}
#endif
