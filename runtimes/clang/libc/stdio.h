// <stdio.h> with temporary files and popen.
#ifndef RUNCELL_STDIO_H
#define RUNCELL_STDIO_H
#include <features.h>
#include <stddef.h>
#define __wasilibc_unmodified_upstream
#include_next <stdio.h>
#undef __wasilibc_unmodified_upstream
#endif
