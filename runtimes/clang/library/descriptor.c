/*
 * Second numbers for an open file: dup, dup2, dup3. WASI has no such call; the
 * cell that a program runs in has one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
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
