// <malloc.h> with memalign.
#ifndef RUNCELL_MALLOC_H
#define RUNCELL_MALLOC_H
#include <stdlib.h>
#include_next <malloc.h>
#ifdef __cplusplus
extern "C" {
#endif
void *memalign(size_t, size_t);
void *valloc(size_t);
#ifdef __cplusplus
}
#endif
#endif
