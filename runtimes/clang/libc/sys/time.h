// <sys/time.h> with timers that send signals, which are refused.
#ifndef RUNCELL_SYS_TIME_H
#define RUNCELL_SYS_TIME_H
#include <features.h>
#include <sys/select.h>
#define __wasilibc_unmodified_upstream
#include_next <sys/time.h>
#undef __wasilibc_unmodified_upstream
#endif
