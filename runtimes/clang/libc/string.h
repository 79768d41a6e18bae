// <string.h> with C23's memset_explicit and glibc's names of errors and signals.
#ifndef RUNCELL_STRING_H
#define RUNCELL_STRING_H
#include_next <string.h>
#ifdef __cplusplus
extern "C" {
#endif
#if __STDC_VERSION__ >= 202311L
void *memset_explicit(void *, int, size_t);
#endif
#ifdef _GNU_SOURCE
const char *sigabbrev_np(int);
const char *sigdescr_np(int);
const char *strerrordesc_np(int);
#endif
#ifdef __cplusplus
}
#endif
#endif
