// <sys/random.h> with getrandom.
#ifndef RUNCELL_SYS_RANDOM_H
#define RUNCELL_SYS_RANDOM_H
#include_next <sys/random.h>
#define __NEED_ssize_t
#include <bits/alltypes.h>
#define GRND_NONBLOCK 1
#define GRND_RANDOM 2
#define GRND_INSECURE 4
#ifdef __cplusplus
extern "C" {
#endif
ssize_t getrandom(void *, size_t, unsigned);
#ifdef __cplusplus
}
#endif
#endif
