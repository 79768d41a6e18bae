// wasi-libc's types, also where a header of ours asks for what upstream declares.
#ifdef __wasilibc_unmodified_upstream
#undef __wasilibc_unmodified_upstream
#include_next <bits/alltypes.h>
#define __wasilibc_unmodified_upstream
#else
#include_next <bits/alltypes.h>
#endif
