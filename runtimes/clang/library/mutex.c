/*
 * Mutexes of a program with one thread. Stands in for libc's, which end in a
 * trap where a recursive mutex is locked again.
 *
 * A mutex that its only thread could never get is a deadlock: that is said.
 */
#include "cell.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

/* libc's layout: __i[0] is the type, __i[5] how often it is locked. */
#define TYPE(mutex) ((mutex)->__u.__i[0] & 3)
#define COUNT(mutex) ((mutex)->__u.__i[5])

_Noreturn void runcell_deadlock(const char *what) {
    static const char reason[] = ": nothing can ever end this wait, a cell has only one thread\n";
    char text[200];
    strlcpy(text, what, sizeof text);
    strlcat(text, reason, sizeof text);
    (void)!write(2, text, strlen(text));
    abort();
}

int __pthread_mutex_trylock(pthread_mutex_t *mutex) {
    if (COUNT(mutex) > 0 && TYPE(mutex) != PTHREAD_MUTEX_RECURSIVE)
        return EBUSY;
    COUNT(mutex)++;
    return 0;
}

int __pthread_mutex_lock(pthread_mutex_t *mutex) {
    if (__pthread_mutex_trylock(mutex) == 0)
        return 0;
    if (TYPE(mutex) == PTHREAD_MUTEX_ERRORCHECK)
        return EDEADLK;
    runcell_deadlock("a mutex is locked twice");
}

int __pthread_mutex_timedlock(pthread_mutex_t *restrict mutex, const struct timespec *restrict until) {
    if (__pthread_mutex_trylock(mutex) == 0)
        return 0;
    if (TYPE(mutex) == PTHREAD_MUTEX_ERRORCHECK)
        return EDEADLK;
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, until, NULL);
    return ETIMEDOUT;
}

int __pthread_mutex_unlock(pthread_mutex_t *mutex) {
    if (COUNT(mutex) == 0)
        return EPERM;
    COUNT(mutex)--;
    return 0;
}

int pthread_mutex_lock(pthread_mutex_t *) __attribute__((alias("__pthread_mutex_lock")));
int pthread_mutex_trylock(pthread_mutex_t *) __attribute__((alias("__pthread_mutex_trylock")));
int pthread_mutex_unlock(pthread_mutex_t *) __attribute__((alias("__pthread_mutex_unlock")));
int pthread_mutex_timedlock(pthread_mutex_t *restrict, const struct timespec *restrict)
    __attribute__((alias("__pthread_mutex_timedlock")));

int pthread_mutex_init(pthread_mutex_t *restrict mutex, const pthread_mutexattr_t *restrict kind) {
    *mutex = (pthread_mutex_t){0};
    mutex->__u.__i[0] = kind ? (int)(kind->__attr & 3) : PTHREAD_MUTEX_NORMAL;
    return 0;
}

int mtx_init(mtx_t *mutex, int kind) {
    memset(mutex, 0, sizeof *mutex);
    ((pthread_mutex_t *)mutex)->__u.__i[0] = kind & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL;
    return thrd_success;
}

void mtx_destroy(mtx_t *mutex) {}

static int answer(int error) {
    return error == 0 ? thrd_success : error == EBUSY ? thrd_busy : error == ETIMEDOUT ? thrd_timedout : thrd_error;
}

int mtx_lock(mtx_t *mutex) { return answer(__pthread_mutex_lock((pthread_mutex_t *)mutex)); }
int mtx_trylock(mtx_t *mutex) { return answer(__pthread_mutex_trylock((pthread_mutex_t *)mutex)); }
int mtx_unlock(mtx_t *mutex) { return answer(__pthread_mutex_unlock((pthread_mutex_t *)mutex)); }
int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict until) {
    return answer(__pthread_mutex_timedlock((pthread_mutex_t *)mutex, until));
}
