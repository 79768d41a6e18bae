// <unistd.h> with all that POSIX has: what wasi-libc leaves out is in our library.
#ifndef RUNCELL_UNISTD_H
#define RUNCELL_UNISTD_H
#include <features.h>
#include <stddef.h>
#include <__header_unistd.h>
#define __wasilibc_unmodified_upstream
#include_next <unistd.h>
#undef __wasilibc_unmodified_upstream
#if defined(_GNU_SOURCE) || defined(_BSD_SOURCE)
#ifdef __cplusplus
extern "C" {
#endif
char *getwd(char *);
#ifdef __cplusplus
}
#endif
#endif
#endif
