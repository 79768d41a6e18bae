// <wchar.h> with glibc's wmempcpy.
#ifndef RUNCELL_WCHAR_H
#define RUNCELL_WCHAR_H
#include_next <wchar.h>
#ifdef _GNU_SOURCE
#ifdef __cplusplus
extern "C" {
#endif
wchar_t *wmempcpy(wchar_t *__restrict, const wchar_t *__restrict, size_t);
#ifdef __cplusplus
}
#endif
#endif
#endif
