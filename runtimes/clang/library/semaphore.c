/*
 * Semaphores of a program with one thread, nameless and named. A wait that
 * nobody could end is a deadlock.
 */
#include "cell.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST INT_MAX

int sem_init(sem_t *semaphore, int shared, unsigned value) {
    if (value > MOST)
        return errno = EINVAL, -1;
    semaphore->__val[0] = (int)value;
    return 0;
}

int sem_destroy(sem_t *semaphore) { return 0; }

int sem_getvalue(sem_t *restrict semaphore, int *restrict value) {
    *value = semaphore->__val[0];
    return 0;
}

int sem_post(sem_t *semaphore) {
    if (semaphore->__val[0] == MOST)
        return errno = EOVERFLOW, -1;
    semaphore->__val[0]++;
    return 0;
}

int sem_trywait(sem_t *semaphore) {
    if (semaphore->__val[0] == 0)
        return errno = EAGAIN, -1;
    semaphore->__val[0]--;
    return 0;
}

int sem_wait(sem_t *semaphore) {
    if (sem_trywait(semaphore) == 0)
        return 0;
    runcell_deadlock("a wait for a semaphore");
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until) {
    if (sem_trywait(semaphore) == 0)
        return 0;
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, until, NULL);
    return errno = ETIMEDOUT, -1;
}

/* Semaphores with names live as long as the program. */
static struct named {
    struct named *next;
    sem_t semaphore;
    char name[64];
} *all;

static struct named **find(const char *name) {
    struct named **at = &all;
    while (*at && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    return at;
}

sem_t *sem_open(const char *name, int flags, ...) {
    struct named **at = find(name), *made;
    if (*at)
        return (flags & O_CREAT) && (flags & O_EXCL) ? (errno = EEXIST, SEM_FAILED) : &(*at)->semaphore;
    if (!(flags & O_CREAT))
        return errno = ENOENT, SEM_FAILED;
    if (strlen(name) >= sizeof made->name)
        return errno = ENAMETOOLONG, SEM_FAILED;
    if ((made = calloc(1, sizeof *made)) == NULL)
        return SEM_FAILED;
    va_list arguments;
    va_start(arguments, flags);
    (void)va_arg(arguments, int);
    sem_init(&made->semaphore, 0, va_arg(arguments, unsigned));
    va_end(arguments);
    strcpy(made->name, name);
    *at = made;
    return &made->semaphore;
}

int sem_close(sem_t *semaphore) { return 0; }

/* The name goes, the semaphore stays for those who have it open. */
int sem_unlink(const char *name) {
    struct named **at = find(name);
    if (*at == NULL)
        return errno = ENOENT, -1;
    *at = (*at)->next;
    return 0;
}
