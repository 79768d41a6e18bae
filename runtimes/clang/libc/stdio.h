// <stdio.h> with temporary files, popen and fcloseall.
#ifndef RUNCELL_STDIO_H
#define RUNCELL_STDIO_H
#include <features.h>
#include <stddef.h>
#define __wasilibc_unmodified_upstream
#include_next <stdio.h>
#undef __wasilibc_unmodified_upstream
#ifdef _GNU_SOURCE
#ifdef __cplusplus
extern "C" {
#endif
int fcloseall(void);
#ifdef __cplusplus
}
#endif
#endif
#endif
