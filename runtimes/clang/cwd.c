/*
 * The working directory of a C program: the folder its snippet lies in.
 *
 * wasi-libc starts every program at "/" and joins relative paths to the
 * working directory only where chdir() is linked in. Calling chdir() from a
 * constructor would drag malloc and the path code into programs that open no
 * file, and double the time it takes to compile "hello". So this file stands
 * in for two libc members: the one that holds the initial directory, and the
 * smallest one that every path-using program is linked with. Whoever opens a
 * file gets this object, and through it the code that joins paths.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wasi/api.h>

char *__wasilibc_cwd = "/work";

int __wasilibc_find_relpath_alloc(const char *path, const char **directory, char **relative,
                                  size_t *relative_size, int may_grow);

/* libc calls the joining code where it exists; naming it here makes it exist. */
__attribute__((visibility("hidden"))) int (*const runcell_joins_paths)(const char *, const char **,
                                                                       char **, size_t *, int) =
    __wasilibc_find_relpath_alloc;

/* Stands in for libc's function of this name: what rmdir() ends in. */
int __wasilibc_nocwd___wasilibc_rmdirat(int directory, const char *path) {
    __wasi_errno_t error = __wasi_path_remove_directory(directory, path);
    if (error != 0) {
        errno = error;
        return -1;
    }
    return 0;
}

char *getcwd(char *buffer, size_t size) {
    size_t needed = strlen(__wasilibc_cwd) + 1;
    if (buffer == NULL)
        return strdup(__wasilibc_cwd);
    if (size == 0) {
        errno = EINVAL;
        return NULL;
    }
    if (size < needed) {
        errno = ERANGE;
        return NULL;
    }
    return memcpy(buffer, __wasilibc_cwd, needed);
}
