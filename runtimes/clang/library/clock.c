/*
 * The clocks that wasi-libc does not name. Those of processes and threads are the cell's own; the others are kinds of the
 * two clocks that it has.
 */
#define _GNU_SOURCE
#include <time.h>

/* As wasi-libc lays a clock out: the number that WASI gives it. */
struct __clockid {
    unsigned number;
};

#define CLOCK(name, number) const struct __clockid name = {number};
CLOCK(_CLOCK_REALTIME_COARSE, 0)
CLOCK(_CLOCK_TAI, 0)
CLOCK(_CLOCK_MONOTONIC_RAW, 1)
CLOCK(_CLOCK_MONOTONIC_COARSE, 1)
CLOCK(_CLOCK_BOOTTIME, 1)
CLOCK(_CLOCK_PROCESS_CPUTIME_ID, 2)
CLOCK(_CLOCK_THREAD_CPUTIME_ID, 3)

int clock_getcpuclockid(pid_t process, clockid_t *clock) { return *clock = CLOCK_PROCESS_CPUTIME_ID, 0; }
