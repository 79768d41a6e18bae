#define _GNU_SOURCE
#include <grp.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/statvfs.h>
#include <termios.h>
#include <unistd.h>
static int by(const void *a, const void *b, void *calls) { ++*(int *)calls; return *(const int *)a - *(const int *)b; }
int main(void) {
    int numbers[] = {3, 1, 2}, calls = 0; qsort_r(numbers, 3, sizeof *numbers, by, &calls); printf("%d%d%d %d\n", numbers[0], numbers[1], numbers[2], calls > 0);
    unsigned char bytes[600] = {0}; int zeros = 0; printf("%d", (int)getrandom(bytes, sizeof bytes, 0)); for (int i = 0; i < 600; i++) zeros += bytes[i] == 0; printf(" %d\n", zeros < 60);
    printf("%d %d\n", reallocarray(NULL, (size_t)-1, 2) == NULL, (int)((size_t)memalign(64, 10) % 64));
    struct statvfs space; printf("%d %d\n", statvfs("/tmp", &space), space.f_bavail > 0 && space.f_bavail <= space.f_blocks);
    struct termios t; printf("%d %d\n", tcgetattr(0, &t), ttyname(0) == NULL);
    FILE *file = fopen("f", "w"); printf("%d %d\n", flock(fileno(file), LOCK_EX), chown("f", getuid(), getgid())); fclose(file);
    flockfile(stdout); puts("locked"); funlockfile(stdout);
    char *folder = get_current_dir_name(); puts(folder); puts(getgrgid(getgid())->gr_name); printf("%d\n", getdtablesize() > 2);
    char line[16]; puts(gets(line));
}
