// <poll.h> with the events that never happen.
#ifndef RUNCELL_POLL_H
#define RUNCELL_POLL_H
#include_next <poll.h>
#ifndef POLLPRI
#define POLLPRI 0x400
#endif
#endif
