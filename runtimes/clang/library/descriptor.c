/*
 * Second numbers for an open file: dup, dup2, dup3, and what fcntl does beside
 * flags. WASI has no such call; the cell that a program runs in has one.
 * <fcntl.h> gives fcntl this name.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

/* Gives what `from` is the number `to`, or the lowest free one if that is -1. Returns an error number of WASI. */
__attribute__((import_module("runcell"), import_name("fd_duplicate"))) int
runcell_fd_duplicate(int from, int to, int *made);

static int duplicate(int from, int to) {
    int made, error = runcell_fd_duplicate(from, to, &made);
    return error == 0 ? made : (errno = error, -1);
}

int dup(int fd) { return duplicate(fd, -1); }
int dup2(int fd, int wanted) { return wanted < 0 ? (errno = EBADF, -1) : duplicate(fd, wanted); }
int dup3(int fd, int wanted, int flags) { return fd == wanted ? (errno = EINVAL, -1) : dup2(fd, wanted); }

/* libc's own, whatever <fcntl.h> calls it. */
int runcell_libc_fcntl(int fd, int command, ...) __asm__("fcntl");

static int is_open(int fd) { return runcell_libc_fcntl(fd, F_GETFL) >= 0; }

int runcell_fcntl(int fd, int command, ...) {
    va_list arguments;
    va_start(arguments, command);
    int value = command == F_GETLK || command == F_SETLK || command == F_SETLKW ? 0 : va_arg(arguments, int);
    struct flock *lock = command == F_GETLK ? va_arg(arguments, struct flock *) : NULL;
    va_end(arguments);
    switch (command) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
        if (value < 0)
            return errno = EINVAL, -1;
        if (!is_open(fd))
            return errno = EBADF, -1;
        while (is_open(value))
            value++;
        return duplicate(fd, value);
    /* Nobody else has a file of a cell open. */
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
        if (!is_open(fd))
            return errno = EBADF, -1;
        if (lock)
            lock->l_type = F_UNLCK;
        return 0;
    default: return runcell_libc_fcntl(fd, command, value);
    }
}
