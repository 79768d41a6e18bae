// What glibc has beside POSIX, and the macros of floating point and clocks.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <limits.h>
#include <malloc.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/cdefs.h>
#include <sys/queue.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>
#include <wordexp.h>

struct item {
    int value;
    TAILQ_ENTRY(item) all;
    LIST_ENTRY(item) some;
    SLIST_ENTRY(item) single;
    STAILQ_ENTRY(item) tail;
};

static void queues(void) {
    TAILQ_HEAD(all, item) all = TAILQ_HEAD_INITIALIZER(all);
    LIST_HEAD(some, item) some = LIST_HEAD_INITIALIZER(some);
    SLIST_HEAD(single, item) single = SLIST_HEAD_INITIALIZER(single);
    STAILQ_HEAD(tail, item) tail = STAILQ_HEAD_INITIALIZER(tail);
    struct item items[5], nine = {.value = 9}, *it;
    for (int at = 0; at < 5; at++) {
        items[at].value = at;
        TAILQ_INSERT_TAIL(&all, &items[at], all);
        LIST_INSERT_HEAD(&some, &items[at], some);
        SLIST_INSERT_HEAD(&single, &items[at], single);
        STAILQ_INSERT_TAIL(&tail, &items[at], tail);
    }
    TAILQ_REMOVE(&all, &items[2], all);
    TAILQ_INSERT_BEFORE(&items[4], &items[2], all);
    TAILQ_INSERT_AFTER(&all, TAILQ_FIRST(&all), &nine, all);
    TAILQ_FOREACH(it, &all, all) printf("%d ", it->value);
    TAILQ_FOREACH_REVERSE(it, &all, all, all) printf("%d ", it->value);
    printf("| %d\n", TAILQ_LAST(&all, all)->value);
    LIST_REMOVE(&items[4], some);
    LIST_REMOVE(&items[1], some);
    LIST_FOREACH(it, &some, some) printf("%d ", it->value);
    SLIST_REMOVE(&single, &items[3], item, single);
    SLIST_REMOVE_HEAD(&single, single);
    SLIST_FOREACH(it, &single, single) printf("%d ", it->value);
    STAILQ_REMOVE(&tail, &items[4], item, tail);
    STAILQ_INSERT_TAIL(&tail, &items[4], tail);
    STAILQ_REMOVE_HEAD(&tail, tail);
    STAILQ_FOREACH(it, &tail, tail) printf("%d ", it->value);
    puts("");
}

static void words(const char *text) {
    wordexp_t made;
    int error = wordexp(text, &made, 0);
    printf("%d:", error);
    for (size_t at = 0; !error && at < made.we_wordc; at++)
        printf(" [%s]", made.we_wordv[at]);
    puts("");
    if (!error)
        wordfree(&made);
}

int main(void) {
    queues();
    setenv("NAME", "two words", 1);
    setenv("HOME", "/home/me", 1);
    for (int at = 1; at < 4; at++)
        close(open((char[]){'f', (char)('0' + at), '.', 'q', 0}, O_CREAT | O_WRONLY, 0600));
    words("a 'b c' \"d $NAME\" $NAME x\\ y ~/z ${NAME} ${NONE:-other} *.q f[12].q none*.zz '*.q'");
    words("");
    words("'open");
    words("a | b");
    printf("%d %d\n", isatty(0), isatty(77));
    printf("%d\n", fcntl(1, F_DUPFD, 30));
    printf("%d\n", fcntl(1, F_DUPFD, 30));
    printf("%d\n", fcntl(77, F_DUPFD, 30) == -1 && errno == EBADF);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int file = open("lock", O_RDWR | O_CREAT, 0600);
    printf("%d\n", fcntl(file, F_SETLK, &lock));
    printf("%d\n", fcntl(file, F_GETLK, &lock));
    printf("%d\n", lock.l_type == F_UNLCK);
    printf("%d %d\n", (fcntl(file, F_GETFL) & O_ACCMODE) == O_RDWR, fcntl(file, F_SETFL, O_APPEND));
    struct timespec time;
    printf("%d %d %d %d\n", clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time), clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time),
           clock_gettime(CLOCK_MONOTONIC_RAW, &time), clock_gettime(CLOCK_BOOTTIME, &time));
    feclearexcept(FE_ALL_EXCEPT);
    feraiseexcept(FE_DIVBYZERO | FE_INVALID);
    printf("%d %d %d\n", !!fetestexcept(FE_DIVBYZERO), !!fetestexcept(FE_OVERFLOW), fegetround() == FE_TONEAREST);
    feclearexcept(FE_DIVBYZERO);
    printf("%d %d %d\n", !!fetestexcept(FE_DIVBYZERO), !!fetestexcept(FE_INVALID), fesetround(FE_TONEAREST));
    printf("%s %s %s\n", sigabbrev_np(SIGSEGV), sigabbrev_np(SIGUSR1), strerrordesc_np(ENOENT));
    printf("%g %g %g %.17g %ld %g\n", roundeven(2.5), roundeven(-3.5), exp10(3), nextup(1.0), llogb(8.5), gamma(5));
    struct tm tm = {.tm_year = 124, .tm_mon = 6, .tm_mday = 4};
    printf("%lld %d %d\n", (long long)timelocal(&tm), dysize(2024), dysize(1900));
    wchar_t wide[8];
    printf("%d\n", (int)(wmempcpy(wide, L"abc", 3) - wide));
    struct termios mode = {.c_iflag = ICRNL, .c_lflag = ECHO | ICANON};
    cfmakeraw(&mode);
    printf("%u %u %d\n", mode.c_iflag, mode.c_lflag, mode.c_cc[VMIN]);
    printf("%d %d %d\n", malloc_trim(0) >= 0, mallopt(M_MMAP_THRESHOLD, 1 << 20), getauxval(AT_PAGESZ) > 0);
    free(pvalloc(10));
    return 0;
}
