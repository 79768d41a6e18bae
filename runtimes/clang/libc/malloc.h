// <malloc.h> with memalign and settings that change nothing.
#ifndef RUNCELL_MALLOC_H
#define RUNCELL_MALLOC_H
#include <stdlib.h>
#include_next <malloc.h>
#ifdef __cplusplus
extern "C" {
#endif
void *memalign(size_t, size_t);
void *valloc(size_t);
void *pvalloc(size_t);
int malloc_trim(size_t);
int mallopt(int, int);
void malloc_stats(void);
#define M_MXFAST 1
#define M_TRIM_THRESHOLD (-1)
#define M_TOP_PAD (-2)
#define M_MMAP_THRESHOLD (-3)
#define M_MMAP_MAX (-4)
#define M_ARENA_MAX (-8)
#ifdef __cplusplus
}
#endif
#endif
