// <time.h> with time zones, more clocks, and glibc's strftime.
#ifndef RUNCELL_TIME_H
#define RUNCELL_TIME_H
#include_next <time.h>
#ifdef __cplusplus
extern "C" {
#endif
size_t strftime(char *__restrict, size_t, const char *__restrict, const struct tm *__restrict) __asm__("runcell_strftime");
#ifdef __cplusplus
}
#endif
#if defined(_POSIX_SOURCE) || defined(_POSIX_C_SOURCE) || defined(_XOPEN_SOURCE) || defined(_GNU_SOURCE) || \
    defined(_BSD_SOURCE)
#ifdef __cplusplus
extern "C" {
#endif
struct sigevent;
void tzset(void);
extern char *tzname[2];
extern const struct __clockid _CLOCK_REALTIME_COARSE, _CLOCK_TAI, _CLOCK_MONOTONIC_RAW, _CLOCK_MONOTONIC_COARSE, _CLOCK_BOOTTIME,
    _CLOCK_PROCESS_CPUTIME_ID, _CLOCK_THREAD_CPUTIME_ID;
#define CLOCK_REALTIME_COARSE (&_CLOCK_REALTIME_COARSE)
#define CLOCK_TAI (&_CLOCK_TAI)
#define CLOCK_MONOTONIC_RAW (&_CLOCK_MONOTONIC_RAW)
#define CLOCK_MONOTONIC_COARSE (&_CLOCK_MONOTONIC_COARSE)
#define CLOCK_BOOTTIME (&_CLOCK_BOOTTIME)
#define CLOCK_PROCESS_CPUTIME_ID (&_CLOCK_PROCESS_CPUTIME_ID)
#define CLOCK_THREAD_CPUTIME_ID (&_CLOCK_THREAD_CPUTIME_ID)
int clock_settime(clockid_t, const struct timespec *);
int clock_getcpuclockid(pid_t, clockid_t *);
int timer_create(clockid_t, struct sigevent *__restrict, timer_t *__restrict);
int timer_delete(timer_t);
int timer_settime(timer_t, int, const struct itimerspec *__restrict, struct itimerspec *__restrict);
int timer_gettime(timer_t, struct itimerspec *);
int timer_getoverrun(timer_t);
#if defined(_XOPEN_SOURCE) || defined(_BSD_SOURCE) || defined(_GNU_SOURCE)
extern int daylight;
extern long timezone;
int stime(const time_t *);
time_t timelocal(struct tm *);
int dysize(int);
#endif
#ifdef __cplusplus
}
#endif
#endif
#endif
