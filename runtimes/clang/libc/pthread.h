// <pthread.h> with what a program with one thread can call.
#ifndef RUNCELL_PTHREAD_H
#define RUNCELL_PTHREAD_H
#include <features.h>
#include <sched.h>
#include <time.h>
#define __wasilibc_unmodified_upstream
#include_next <pthread.h>
#undef __wasilibc_unmodified_upstream
#define PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP {{{1}}}
#define PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP {{{2}}}
#define PTHREAD_MUTEX_RECURSIVE_NP PTHREAD_MUTEX_RECURSIVE
#define PTHREAD_MUTEX_ERRORCHECK_NP PTHREAD_MUTEX_ERRORCHECK
#endif
