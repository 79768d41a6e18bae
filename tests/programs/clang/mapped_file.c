// Memory that stands for a file.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
    int file = open("data", O_RDWR | O_CREAT | O_TRUNC, 0600);
    char text[32] = {0};
    ftruncate(file, 4096);
    char *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    printf("%d %d\n", map != MAP_FAILED, (int)((unsigned long)map % 4096));
    strcpy(map, "written by msync");
    printf("%d\n", msync(map, 4096, MS_SYNC));
    pread(file, text, sizeof text - 1, 0);
    puts(text);
    strcpy(map + 100, "written by munmap");
    close(file);
    printf("%d\n", munmap(map, 4096));
    file = open("data", O_RDWR);
    pread(file, text, sizeof text - 1, 100);
    puts(text);
    char *own = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    printf("%.7s\n", own);
    strcpy(own, "mine");
    munmap(own, 4096);
    memset(text, 0, sizeof text);
    pread(file, text, 7, 0);
    puts(text);
    int *zero = mmap(NULL, 100000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("%d %d\n", zero[0], zero[20000]);
    printf("%d\n", mprotect(zero, 4096, PROT_READ | PROT_WRITE));
    printf("%d\n", munmap(zero, 100000));
    int failed = mmap(NULL, 0, PROT_READ, MAP_PRIVATE, file, 0) == MAP_FAILED;
    printf("%d %d\n", failed, errno == EINVAL);
    failed = mmap(NULL, 10, PROT_READ, MAP_PRIVATE, 77, 0) == MAP_FAILED;
    printf("%d %d\n", failed, errno == EBADF);
    return 0;
}
