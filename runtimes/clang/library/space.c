/*
 * How much room there is for files: statvfs and statfs, and through them std::filesystem::space.
 * The header gives the functions other names in the object.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#define BLOCK 4096

/* The bytes that the files of a run may hold, and those that they hold. Returns an error number of WASI. */
__attribute__((import_module("runcell"), import_name("space"))) int runcell_space(unsigned long long bytes[2]);

static int fill(struct statvfs *space) {
    unsigned long long bytes[2];
    int error = runcell_space(bytes);
    if (error != 0)
        return errno = error, -1;
    memset(space, 0, sizeof *space);
    space->f_bsize = space->f_frsize = BLOCK;
    space->f_blocks = bytes[0] / BLOCK;
    space->f_bfree = space->f_bavail = bytes[0] > bytes[1] ? (bytes[0] - bytes[1]) / BLOCK : 0;
    space->f_namemax = 255;
    return 0;
}

int statvfs(const char *restrict path, struct statvfs *restrict space) {
    struct stat status;
    return stat(path, &status) == 0 ? fill(space) : -1;
}

int fstatvfs(int fd, struct statvfs *space) { return fcntl(fd, F_GETFD) < 0 ? -1 : fill(space); }

static int narrow(int failed, const struct statvfs *space, struct statfs *answer) {
    if (failed)
        return -1;
    *answer = (struct statfs){
        .f_type = 0x01021994, /* as of a file system in memory */
        .f_bsize = BLOCK,
        .f_blocks = space->f_blocks,
        .f_bfree = space->f_bfree,
        .f_bavail = space->f_bavail,
        .f_namelen = space->f_namemax,
        .f_frsize = BLOCK,
    };
    return 0;
}

int statfs(const char *path, struct statfs *answer) {
    struct statvfs space;
    return narrow(statvfs(path, &space), &space, answer);
}

int fstatfs(int fd, struct statfs *answer) {
    struct statvfs space;
    return narrow(fstatvfs(fd, &space), &space, answer);
}
