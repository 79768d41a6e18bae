// <stdlib.h> with temporary files, qsort_r and their kin, and C23's additions.
#ifndef RUNCELL_STDLIB_H
#define RUNCELL_STDLIB_H
#include <features.h>
#include <stddef.h>
#include <__functions_malloc.h>
#include <__header_stdlib.h>
#define __wasilibc_unmodified_upstream
#include_next <stdlib.h>
#undef __wasilibc_unmodified_upstream
#ifdef __cplusplus
extern "C" {
#endif
#if defined(_GNU_SOURCE) || defined(_BSD_SOURCE)
__UINT32_TYPE__ arc4random(void);
void arc4random_buf(void *, size_t);
__UINT32_TYPE__ arc4random_uniform(__UINT32_TYPE__);
#endif
#ifdef _GNU_SOURCE
char *canonicalize_file_name(const char *);
#endif
#if __STDC_VERSION__ >= 202311L
void free_sized(void *, size_t);
void free_aligned_sized(void *, size_t, size_t);
size_t memalignment(const void *);
#endif
#ifdef __cplusplus
}
#endif
#endif
