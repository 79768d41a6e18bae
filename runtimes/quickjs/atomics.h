/*
 * What Atomics.wait needs of threads, where there is only one: it can sleep,
 * and nobody can wake it. Included by a patch into quickjs.c.
 */
#include <time.h>

typedef int js_once_t, js_mutex_t, js_cond_t;
#define JS_ONCE_INIT 0

static void js_once(js_once_t *once, void (*run)(void)) { if (!(*once)++) run(); }
static void js_mutex_init(js_mutex_t *mutex) { (void)mutex; }
static void js_mutex_lock(js_mutex_t *mutex) { (void)mutex; }
static void js_mutex_unlock(js_mutex_t *mutex) { (void)mutex; }
static void js_cond_init(js_cond_t *cond) { (void)cond; }
static void js_cond_destroy(js_cond_t *cond) { (void)cond; }
static void js_cond_signal(js_cond_t *cond) { (void)cond; }
/* Not reached: the prelude refuses to wait without end. */
static void js_cond_wait(js_cond_t *cond, js_mutex_t *mutex) { (void)cond, (void)mutex; }

static int js_cond_timedwait(js_cond_t *cond, js_mutex_t *mutex, uint64_t nanoseconds) {
    (void)cond, (void)mutex;
    struct timespec time = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
    nanosleep(&time, NULL);
    return -1;
}
