/*
 * Processes: a cell is one, and can start no other.
 *
 * Owns what programs ask about the process that they are, and system(), which
 * answers like a shell that knows no command: programs often call it for no
 * more than `clear` or `pause`.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wasi/api.h>
#include "cell.h"

#define COMMAND_NOT_FOUND 127
#define PARENT 1

int system(const char *command) {
    if (command == NULL)
        return 0;
    dprintf(2, "sh: %s: this sandbox cannot start processes\n", command);
    return COMMAND_NOT_FOUND << 8;
}

pid_t getppid(void) { return PARENT; }
pid_t gettid(void) { return getpid(); }
pid_t getpgrp(void) { return getpid(); }
pid_t getpgid(pid_t pid) { return pid == 0 || pid == getpid() ? getpid() : (errno = ESRCH, -1); }
pid_t getsid(pid_t pid) { return getpgid(pid); }

/* There never is a child to wait for. */
pid_t wait(int *status) { return errno = ECHILD, -1; }
pid_t waitpid(pid_t pid, int *status, int options) { return errno = ECHILD, -1; }
pid_t wait3(int *status, int options, struct rusage *usage) { return errno = ECHILD, -1; }
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage) { return errno = ECHILD, -1; }
int waitid(idtype_t type, id_t id, siginfo_t *info, int options) { return errno = ECHILD, -1; }

const char *runcell_program_name(void) {
    static char text[256];
    size_t count, bytes;
    if (*text)
        return text;
    if (__wasi_args_sizes_get(&count, &bytes) == 0 && count > 0 && count < 64 && bytes < 4096) {
        uint8_t *arguments[64], buffer[4096];
        if (__wasi_args_get(arguments, buffer) == 0) {
            const char *slash = strrchr((const char *)arguments[0], '/');
            strlcpy(text, slash ? slash + 1 : (const char *)arguments[0], sizeof text);
        }
    }
    return *text ? text : "program";
}
