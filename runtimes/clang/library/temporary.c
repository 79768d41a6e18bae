/*
 * Temporary files and folders: mkstemp, mkdtemp, tmpfile, tmpnam and their kin.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIES 100

/* Writes random letters over the six X before the suffix; null if they are not there. */
static char *fill(char *name, int suffix) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t length = strlen(name);
    unsigned char bytes[6];
    if (suffix < 0 || length < 6 + (size_t)suffix) {
        errno = EINVAL;
        return NULL;
    }
    char *at = name + length - 6 - (size_t)suffix;
    if (memcmp(at, "XXXXXX", 6) != 0) {
        errno = EINVAL;
        return NULL;
    }
    getentropy(bytes, sizeof bytes);
    for (int i = 0; i < 6; i++)
        at[i] = letters[bytes[i] % (sizeof letters - 1)];
    return at;
}

int mkostemps(char *name, int suffix, int flags) {
    for (int tries = 0; tries < TRIES; tries++) {
        char *at = fill(name, suffix);
        if (at == NULL)
            return -1;
        int fd = open(name, (flags & ~O_ACCMODE) | O_RDWR | O_CREAT | O_EXCL, 0600);
        if (fd >= 0)
            return fd;
        memcpy(at, "XXXXXX", 6);
        if (errno != EEXIST)
            return -1;
    }
    return -1;
}

int mkostemp(char *name, int flags) { return mkostemps(name, 0, flags); }
int mkstemps(char *name, int suffix) { return mkostemps(name, suffix, 0); }
int mkstemp(char *name) { return mkostemps(name, 0, 0); }

char *mkdtemp(char *name) {
    for (int tries = 0; tries < TRIES; tries++) {
        char *at = fill(name, 0);
        if (at == NULL)
            return NULL;
        if (mkdir(name, 0700) == 0)
            return name;
        memcpy(at, "XXXXXX", 6);
        if (errno != EEXIST)
            return NULL;
    }
    return NULL;
}

/* Leaves an empty name where none can be made. */
char *mktemp(char *name) {
    for (int tries = 0; tries < TRIES; tries++) {
        char *at = fill(name, 0);
        if (at == NULL)
            break;
        if (access(name, F_OK) != 0)
            return name;
        memcpy(at, "XXXXXX", 6);
    }
    *name = 0;
    return name;
}

FILE *tmpfile(void) {
    char name[] = "/tmp/tmpfile-XXXXXX";
    int fd = mkstemp(name);
    if (fd < 0)
        return NULL;
    unlink(name);
    FILE *file = fdopen(fd, "w+");
    if (file == NULL)
        close(fd);
    return file;
}

char *tmpnam(char *buffer) {
    static char own[L_tmpnam];
    char name[] = "/tmp/file-XXXXXX";
    if (*mktemp(name) == 0)
        return NULL;
    return strcpy(buffer ? buffer : own, name);
}

char *tempnam(const char *folder, const char *prefix) {
    char name[512];
    snprintf(name, sizeof name, "%s/%.5sXXXXXX", folder ? folder : P_tmpdir, prefix ? prefix : "file");
    return *mktemp(name) ? strdup(name) : NULL;
}
