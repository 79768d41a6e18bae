/*
 * What can work in a cell and wasi-libc leaves out: memory, streams, randomness.
 * Nothing here opens or looks up files: most programs are linked with it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>

#define ENTROPY_AT_ONCE 256

ssize_t getrandom(void *buffer, size_t size, unsigned flags) {
    for (size_t at = 0; at < size; at += ENTROPY_AT_ONCE)
        if (getentropy((char *)buffer + at, size - at < ENTROPY_AT_ONCE ? size - at : ENTROPY_AT_ONCE) != 0)
            return -1;
    return (ssize_t)size;
}

void *memalign(size_t alignment, size_t size) { return aligned_alloc(alignment, size); }
void *valloc(size_t size) { return aligned_alloc(65536, size); }
void free_sized(void *memory, size_t size) { free(memory); }
void free_aligned_sized(void *memory, size_t alignment, size_t size) { free(memory); }
size_t memalignment(const void *address) { return (size_t)address & -(size_t)address; }
void *memset_explicit(void *memory, int value, size_t size) {
    memset(memory, value, size);
    __asm__ volatile("" : : "r"(memory) : "memory");
    return memory;
}
char *secure_getenv(const char *name) { return getenv(name); }

/* Removed from C because it cannot be used safely. It works, as it does elsewhere. */
char *gets(char *line) {
    int c;
    char *at = line;
    while ((c = getchar()) != EOF && c != '\n')
        *at++ = (char)c;
    *at = 0;
    return c == EOF && at == line ? NULL : line;
}

/* No stream of a cell is a terminal, whatever reads it in the end. libc's own, which asks WASI, decides how stdout is buffered. */
int isatty(int fd) {
    __wasi_fdstat_t facts;
    __wasi_errno_t error = __wasi_fd_fdstat_get((__wasi_fd_t)fd, &facts);
    errno = error ? error : ENOTTY;
    return 0;
}

/* One thread: streams are always free. */
void flockfile(FILE *stream) {}
int ftrylockfile(FILE *stream) { return 0; }
void funlockfile(FILE *stream) {}

/* Memory always is there, and all of it can be used. */
int madvise(void *address, size_t size, int advice) { return 0; }
int posix_madvise(void *address, size_t size, int advice) { return 0; }
int mlock(const void *address, size_t size) { return 0; }
int munlock(const void *address, size_t size) { return 0; }
int mlockall(int flags) { return 0; }
int munlockall(void) { return 0; }
