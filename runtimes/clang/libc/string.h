// <string.h> with C23's memset_explicit.
#ifndef RUNCELL_STRING_H
#define RUNCELL_STRING_H
#include_next <string.h>
#if __STDC_VERSION__ >= 202311L
void *memset_explicit(void *, int, size_t);
#endif
#endif
