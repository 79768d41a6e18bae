// <ftw.h> with ftw.
#ifndef RUNCELL_FTW_H
#define RUNCELL_FTW_H
#include <features.h>
#include <sys/stat.h>
#define __wasilibc_unmodified_upstream
#include_next <ftw.h>
#undef __wasilibc_unmodified_upstream
#endif
