// <sched.h> with what can be asked about scheduling.
#ifndef RUNCELL_SCHED_H
#define RUNCELL_SCHED_H
#include <features.h>
#define __wasilibc_unmodified_upstream
#include_next <sched.h>
#undef __wasilibc_unmodified_upstream
#endif
