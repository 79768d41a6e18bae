/*
 * Threads of C11, and what libc's pthread.h declares without having it, for a
 * program with one thread. Another cannot be started: pthread_create and
 * thrd_create fail. Waiting for one that cannot be there is a deadlock.
 */
#define _GNU_SOURCE
#include "cell.h"
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

int thrd_create(thrd_t *thread, thrd_start_t start, void *argument) { return thrd_error; }
int thrd_join(thrd_t thread, int *result) { return thrd_error; }
void thrd_yield(void) {}

/* The last thread that leaves ends the program. */
_Noreturn void thrd_exit(int result) { exit(0); }
_Noreturn void pthread_exit(void *result) { exit(0); }

void call_once(once_flag *flag, void (*function)(void)) { pthread_once(flag, function); }

int tss_create(tss_t *key, tss_dtor_t destructor) {
    return pthread_key_create(key, destructor) == 0 ? thrd_success : thrd_error;
}
void tss_delete(tss_t key) { pthread_key_delete(key); }
int tss_set(tss_t key, void *value) { return pthread_setspecific(key, value) == 0 ? thrd_success : thrd_error; }

int cnd_init(cnd_t *condition) {
    memset(condition, 0, sizeof *condition);
    return thrd_success;
}
void cnd_destroy(cnd_t *condition) {}
int cnd_signal(cnd_t *condition) { return thrd_success; }
int cnd_broadcast(cnd_t *condition) { return thrd_success; }
int cnd_wait(cnd_t *condition, mtx_t *mutex) { runcell_deadlock("a wait for a condition"); }
int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict until) {
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, until, NULL);
    return thrd_timedout;
}
int pthread_cond_wait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex) {
    runcell_deadlock("a wait for a condition");
}

int pthread_atfork(void (*before)(void), void (*parent)(void), void (*child)(void)) { return 0; }
int pthread_kill(pthread_t thread, int signal) { return signal == 0 ? 0 : raise(signal); }

/* Scheduling: what is set has no effect, what is asked is the usual. */
int pthread_attr_getinheritsched(const pthread_attr_t *restrict kind, int *restrict value) {
    return *value = PTHREAD_INHERIT_SCHED;
}
int pthread_attr_setinheritsched(pthread_attr_t *kind, int value) { return 0; }
int pthread_attr_getschedpolicy(const pthread_attr_t *restrict kind, int *restrict value) {
    return *value = SCHED_OTHER;
}
int pthread_attr_setschedpolicy(pthread_attr_t *kind, int value) { return value == SCHED_OTHER ? 0 : ENOSYS; }
int pthread_attr_getscope(const pthread_attr_t *restrict kind, int *restrict value) {
    return *value = PTHREAD_SCOPE_SYSTEM;
}
int pthread_attr_setscope(pthread_attr_t *kind, int value) { return value == PTHREAD_SCOPE_SYSTEM ? 0 : ENOTSUP; }
int pthread_getschedparam(pthread_t thread, int *restrict policy, struct sched_param *restrict value) {
    memset(value, 0, sizeof *value);
    return *policy = SCHED_OTHER;
}
int pthread_setschedparam(pthread_t thread, int policy, const struct sched_param *value) {
    return policy == SCHED_OTHER ? 0 : EPERM;
}
int pthread_setschedprio(pthread_t thread, int value) { return value == 0 ? 0 : EPERM; }
int pthread_getconcurrency(void) { return 0; }
int pthread_setconcurrency(int value) { return value == 0 ? 0 : ENOSYS; }
int pthread_getcpuclockid(pthread_t thread, clockid_t *clock) { return ENOSYS; }
int pthread_mutex_setprioceiling(pthread_mutex_t *restrict mutex, int value, int *restrict old) { return ENOSYS; }
int pthread_mutexattr_getprioceiling(const pthread_mutexattr_t *restrict kind, int *restrict value) { return ENOSYS; }
int pthread_mutexattr_setprioceiling(pthread_mutexattr_t *kind, int value) { return ENOSYS; }

int sched_get_priority_max(int policy) { return 0; }
int sched_get_priority_min(int policy) { return 0; }
int sched_getcpu(void) { return 0; }

static char name[16] = "main";

int pthread_setname_np(pthread_t thread, const char *text) {
    if (strlen(text) >= sizeof name)
        return ERANGE;
    strcpy(name, text);
    return 0;
}

int pthread_getname_np(pthread_t thread, char *text, size_t size) {
    return strlcpy(text, name, size) < size ? 0 : ERANGE;
}
