/*
 * Permission bits of files: what stat tells, chmod, umask. WASI has none; the
 * files of a cell have them, by the number that stat reports. As for the owner
 * of a machine, they bind nobody. fopen and openat make files with 0666.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>
#include <wasi/libc-find-relpath.h>
#include <wasi/libc-nocwd.h>
#include <wasi/libc.h>

#define OWN(name) __attribute__((import_module("runcell"), import_name(name)))
OWN("mode") int runcell_mode(uint64_t number, uint32_t *mode);
OWN("set_mode") int runcell_set_mode(uint64_t number, uint32_t mode);
OWN("umask") int runcell_umask(uint32_t mask, uint32_t *before);

static const mode_t kinds[] = {
    [__WASI_FILETYPE_BLOCK_DEVICE] = S_IFBLK,     [__WASI_FILETYPE_CHARACTER_DEVICE] = S_IFCHR,
    [__WASI_FILETYPE_DIRECTORY] = S_IFDIR,        [__WASI_FILETYPE_REGULAR_FILE] = S_IFREG,
    [__WASI_FILETYPE_SYMBOLIC_LINK] = S_IFLNK,
};

static struct timespec time_of(__wasi_timestamp_t nanoseconds) {
    return (struct timespec){(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
}

static int tell(__wasi_errno_t error, const __wasi_filestat_t *found, struct stat *status) {
    if (error != 0)
        return errno = error, -1;
    uint32_t mode = 0;
    memset(status, 0, sizeof *status);
    if (found->filetype < sizeof kinds / sizeof *kinds)
        status->st_mode = kinds[found->filetype];
    /* Streams have no number. */
    status->st_mode |= found->ino != 0 && runcell_mode(found->ino, &mode) == 0 ? mode : 0666;
    status->st_dev = found->dev;
    status->st_ino = found->ino;
    status->st_nlink = found->nlink;
    status->st_size = (off_t)found->size;
    status->st_blksize = 4096;
    status->st_blocks = (blkcnt_t)((found->size + 511) / 512);
    status->st_atim = time_of(found->atim);
    status->st_mtim = time_of(found->mtim);
    status->st_ctim = time_of(found->ctim);
    return 0;
}

int fstat(int fd, struct stat *status) {
    __wasi_filestat_t found;
    return tell(__wasi_fd_filestat_get(fd, &found), &found, status);
}

/* What stat, lstat and fstatat come to. */
int __wasilibc_nocwd_fstatat(int folder, const char *restrict path, struct stat *restrict status, int flags) {
    __wasi_filestat_t found;
    __wasi_lookupflags_t follow = flags & AT_SYMLINK_NOFOLLOW ? 0 : __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW;
    return tell(__wasi_path_filestat_get(folder, follow, path, &found), &found, status);
}

static int change(int failed, const struct stat *status, mode_t mode) {
    if (failed)
        return -1;
    int error = status->st_ino ? runcell_set_mode(status->st_ino, mode) : EPERM;
    return error == 0 ? 0 : (errno = error, -1);
}

int fchmod(int fd, mode_t mode) {
    struct stat status;
    return change(fstat(fd, &status), &status, mode);
}

int fchmodat(int folder, const char *path, mode_t mode, int flags) {
    struct stat status;
    return change(fstatat(folder, path, &status, flags), &status, mode);
}

int chmod(const char *path, mode_t mode) { return fchmodat(AT_FDCWD, path, mode, 0); }

mode_t umask(mode_t mask) {
    uint32_t before = 022;
    runcell_umask(mask & 0777, &before);
    return before;
}

/* What access and faccessat come to: the bits of the owner. */
int __wasilibc_nocwd_faccessat(int folder, const char *path, int wanted, int flags) {
    struct stat status;
    if (wanted & ~(F_OK | R_OK | W_OK | X_OK))
        return errno = EINVAL, -1;
    if (__wasilibc_nocwd_fstatat(folder, path, &status, flags & AT_SYMLINK_NOFOLLOW) != 0)
        return -1;
    int allowed = (int)(status.st_mode >> 6 & 7);
    return (wanted & allowed) == wanted ? 0 : (errno = EACCES, -1);
}

/* Narrows the bits of a file that was made just now to those that its maker wants. */
static void narrow(const struct stat *made, mode_t wanted, mode_t usual) {
    if ((wanted & 07777) != usual)
        runcell_set_mode(made->st_ino, made->st_mode & wanted & 07777);
}

/*
 * Whether an open makes a file is seen by what is there before. O_RDONLY is no zero here, as it is on every machine: a
 * program that writes open(path, 0) reads.
 */
int open(const char *path, int flags, ...) {
    struct stat status;
    if (!(flags & O_ACCMODE))
        flags |= O_RDONLY;
    if (!(flags & O_CREAT))
        return __wasilibc_open_nomode(path, flags);
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    int error = errno, is_there = stat(path, &status) == 0;
    errno = error;
    int fd = __wasilibc_open_nomode(path, flags);
    if (fd >= 0 && !is_there && fstat(fd, &status) == 0)
        narrow(&status, mode, 0666);
    return fd;
}

static char *relative;
static size_t relative_room;

int mkdir(const char *path, mode_t mode) {
    const char *prefix;
    struct stat status;
    if (!relative && !(relative = malloc(relative_room = 256)))
        return -1;
    int folder = __wasilibc_find_relpath_alloc
                     ? __wasilibc_find_relpath_alloc(path, &prefix, &relative, &relative_room, 1)
                     : __wasilibc_find_relpath(path, &prefix, &relative, relative_room);
    if (folder < 0)
        return errno = ENOENT, -1;
    if (__wasilibc_nocwd_mkdirat_nomode(folder, relative) != 0)
        return -1;
    if (__wasilibc_nocwd_fstatat(folder, relative, &status, AT_SYMLINK_NOFOLLOW) == 0)
        narrow(&status, mode, 0777);
    return 0;
}
