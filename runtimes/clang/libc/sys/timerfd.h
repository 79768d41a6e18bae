// <sys/timerfd.h>: there are no timers that send something.
#pragma once
#include <fcntl.h>
#include <time.h>
#define TFD_NONBLOCK O_NONBLOCK
#define TFD_CLOEXEC O_CLOEXEC
#define TFD_TIMER_ABSTIME 1
#ifdef __cplusplus
extern "C" {
#endif
int timerfd_create(int, int);
int timerfd_settime(int, int, const struct itimerspec *, struct itimerspec *);
int timerfd_gettime(int, struct itimerspec *);
#ifdef __cplusplus
}
#endif
