/*
 * What can work in a cell and wasi-libc leaves out: files, descriptors, and what
 * a process is told of itself.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

char *get_current_dir_name(void) { return getcwd(NULL, 0); }
char *canonicalize_file_name(const char *path) { return realpath(path, NULL); }

/* One process: locks are always free. */
static int check_open(int fd) { return fcntl(fd, F_GETFD) < 0 ? -1 : 0; }
int flock(int fd, int operation) { return check_open(fd); }
int lockf(int fd, int operation, off_t size) { return check_open(fd); }

/* All files belong to the only user. */
static int own(unsigned user, unsigned group) {
    int is_own = (user == 0 || user == UINT_MAX) && (group == 0 || group == UINT_MAX);
    return is_own ? 0 : (errno = EPERM, -1);
}
int fchownat(int folder, const char *path, uid_t user, gid_t group, int flags) {
    struct stat status;
    return fstatat(folder, path, &status, flags) == 0 ? own(user, group) : -1;
}
int chown(const char *path, uid_t user, gid_t group) { return fchownat(AT_FDCWD, path, user, group, 0); }
int lchown(const char *path, uid_t user, gid_t group) {
    return fchownat(AT_FDCWD, path, user, group, AT_SYMLINK_NOFOLLOW);
}
int fchown(int fd, uid_t user, gid_t group) { return check_open(fd) == 0 ? own(user, group) : -1; }
int lchmod(const char *path, mode_t mode) { return fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW); }
int euidaccess(const char *path, int mode) { return access(path, mode); }
int eaccess(const char *path, int mode) { return access(path, mode); }
void sync(void) {}
int syncfs(int fd) { return check_open(fd); }

ssize_t copy_file_range(int from, off_t *from_at, int to, off_t *to_at, size_t size, unsigned flags) {
    char buffer[4096];
    size_t wanted = size < sizeof buffer ? size : sizeof buffer;
    ssize_t got = from_at ? pread(from, buffer, wanted, *from_at) : read(from, buffer, wanted);
    if (got <= 0)
        return got;
    ssize_t written = to_at ? pwrite(to, buffer, (size_t)got, *to_at) : write(to, buffer, (size_t)got);
    if (written > 0 && from_at)
        *from_at += written;
    if (written > 0 && to_at)
        *to_at += written;
    return written;
}

ssize_t sendfile(int to, int from, off_t *from_at, size_t size) {
    size_t sent = 0;
    while (sent < size) {
        ssize_t written = copy_file_range(from, from_at, to, NULL, size - sent, 0);
        if (written <= 0)
            return sent ? (ssize_t)sent : written;
        sent += (size_t)written;
    }
    return (ssize_t)sent;
}

int getdtablesize(void) { return 1024; }

/* There is no terminal. */
char *ttyname(int fd) { return errno = check_open(fd) == 0 ? ENOTTY : EBADF, NULL; }
int ttyname_r(int fd, char *name, size_t size) { return check_open(fd) == 0 ? ENOTTY : EBADF; }
pid_t tcgetpgrp(int fd) { return errno = ENOTTY, -1; }
int tcsetpgrp(int fd, pid_t group) { return errno = ENOTTY, -1; }
char *getpass(const char *prompt) { return errno = ENXIO, NULL; }
int tcgetattr(int fd, struct termios *settings) { return errno = ENOTTY, -1; }
int tcsetattr(int fd, int when, const struct termios *settings) { return errno = ENOTTY, -1; }
int tcflush(int fd, int queue) { return errno = ENOTTY, -1; }
int tcdrain(int fd) { return errno = ENOTTY, -1; }

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *time, const sigset_t *mask) {
    return poll(fds, count, time ? (int)(time->tv_sec * 1000 + time->tv_nsec / 1000000) : -1);
}

static int (*visit)(const char *, const struct stat *, int);
static int visit_three(const char *path, const struct stat *status, int kind, struct FTW *place) {
    return visit(path, status, kind);
}
int ftw(const char *path, int (*function)(const char *, const struct stat *, int), int depth) {
    visit = function;
    return nftw(path, visit_three, depth, FTW_PHYS);
}

/* Limits of the process: none that it could set. */
int getrlimit(int resource, struct rlimit *limit) {
    limit->rlim_cur = limit->rlim_max = RLIM_INFINITY;
    if (resource == RLIMIT_STACK)
        limit->rlim_cur = 8 << 20;
    if (resource == RLIMIT_NOFILE)
        limit->rlim_cur = limit->rlim_max = 1024;
    return 0;
}
/* Time is all that is known of the process, and the memory that it has. */
int getrusage(int who, struct rusage *usage) {
    clock_t now = who == RUSAGE_SELF ? clock() : 0;
    memset(usage, 0, sizeof *usage);
    usage->ru_utime.tv_sec = now / CLOCKS_PER_SEC;
    usage->ru_utime.tv_usec = (int)(now % CLOCKS_PER_SEC / (CLOCKS_PER_SEC / 1000000));
    usage->ru_maxrss = (long)__builtin_wasm_memory_size(0) * 64;
    return 0;
}

int setrlimit(int resource, const struct rlimit *limit) { return 0; }
