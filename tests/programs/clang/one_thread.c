#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <threads.h>
#include <time.h>
static void once(void) { puts("once"); }
int main(void) {
    mtx_t m; mtx_init(&m, mtx_recursive); printf("%d %d", mtx_lock(&m), mtx_lock(&m)); printf(" %d %d %d\n", mtx_trylock(&m), mtx_unlock(&m), mtx_unlock(&m)); mtx_destroy(&m);
    mtx_t plain; mtx_init(&plain, mtx_plain); mtx_lock(&plain); printf("%d\n", mtx_trylock(&plain) == thrd_busy);
    once_flag flag = ONCE_FLAG_INIT; call_once(&flag, once); call_once(&flag, once);
    cnd_t c; cnd_init(&c); printf("%d %d\n", cnd_signal(&c), cnd_broadcast(&c));
    struct timespec soon; timespec_get(&soon, TIME_UTC); soon.tv_nsec += 1000000; if (soon.tv_nsec >= 1000000000) soon.tv_nsec -= 1000000000, soon.tv_sec++;
    printf("%d\n", cnd_timedwait(&c, &plain, &soon) == thrd_timedout);
    tss_t key; tss_create(&key, NULL); tss_set(key, &m); printf("%d\n", tss_get(key) == &m);
    thrd_t t; printf("%d\n", thrd_create(&t, NULL, NULL) == thrd_success);
    pthread_mutexattr_t kind; pthread_mutexattr_init(&kind); pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_t r; pthread_mutex_init(&r, &kind); printf("%d %d %d\n", pthread_mutex_lock(&r), pthread_mutex_lock(&r), pthread_mutex_trylock(&r));
    pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK); pthread_mutex_t e; pthread_mutex_init(&e, &kind);
    printf("%d %d %d %d\n", pthread_mutex_lock(&e), pthread_mutex_lock(&e) == EDEADLK, pthread_mutex_unlock(&e), pthread_mutex_unlock(&e) == EPERM);
    sem_t s; sem_init(&s, 0, 1); int value; sem_wait(&s); sem_getvalue(&s, &value); printf("%d %d %d", value, sem_trywait(&s), errno == EAGAIN); sem_post(&s); printf(" %d\n", sem_trywait(&s));
    sem_t *named = sem_open("/s", O_CREAT, 0600, 2); printf("%d %d\n", sem_wait(named), sem_open("/s", 0) == named);
    pthread_t none; printf("%d\n", pthread_create(&none, NULL, NULL, NULL) != 0);
    pthread_exit(NULL);
}
