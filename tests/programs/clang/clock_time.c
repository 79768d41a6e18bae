#include <stdio.h>
#include <time.h>
#include <sys/time.h>
#include <unistd.h>
int main(void) {
    clock_t c = clock(); time_t t = time(NULL); struct timespec a, b; clock_gettime(CLOCK_MONOTONIC, &a);
    usleep(20000); clock_gettime(CLOCK_MONOTONIC, &b);
    double ms = (b.tv_sec - a.tv_sec) * 1e3 + (b.tv_nsec - a.tv_nsec) / 1e6;
    printf("%d %d %d\n", c >= 0, t > 1700000000, ms >= 20 && ms < 2000);
    struct tm tm = {.tm_year = 100, .tm_mon = 1, .tm_mday = 30}; time_t m = mktime(&tm); char buf[64];
    strftime(buf, sizeof buf, "%Y-%m-%d %H:%M:%S %a", gmtime(&m)); puts(buf);
    struct timeval tv; printf("%d %d\n", gettimeofday(&tv, 0), getpid() > 0);
}
