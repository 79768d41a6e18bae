/*
 * Users and groups: a cell has one of each, number 0, which files belong to.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int only_zero(unsigned id) {
    if (id == 0 || id == UINT_MAX)
        return 0;
    errno = EPERM;
    return -1;
}

uid_t getuid(void) { return 0; }
uid_t geteuid(void) { return 0; }
gid_t getgid(void) { return 0; }
gid_t getegid(void) { return 0; }
int setuid(uid_t user) { return only_zero(user); }
int seteuid(uid_t user) { return only_zero(user); }
int setgid(gid_t group) { return only_zero(group); }
int setegid(gid_t group) { return only_zero(group); }
int setreuid(uid_t real, uid_t effective) { return only_zero(real) | only_zero(effective); }
int setregid(gid_t real, gid_t effective) { return only_zero(real) | only_zero(effective); }
int setresuid(uid_t real, uid_t effective, uid_t saved) { return setreuid(real, effective) | only_zero(saved); }
int setresgid(gid_t real, gid_t effective, gid_t saved) { return setregid(real, effective) | only_zero(saved); }
int getresuid(uid_t *real, uid_t *effective, uid_t *saved) { return *real = *effective = *saved = 0; }
int getresgid(gid_t *real, gid_t *effective, gid_t *saved) { return *real = *effective = *saved = 0; }
int issetugid(void) { return 0; }

int getgroups(int size, gid_t groups[]) {
    if (size > 0)
        groups[0] = 0;
    return 1;
}

int setgroups(size_t count, const gid_t *groups) { return errno = EPERM, -1; }

static char user_name[] = "root", group_name[] = "root", nothing[] = "x", comment[] = "", shell[] = "/bin/sh";

static struct passwd *user(void) {
    static struct passwd entry;
    char *home = getenv("HOME");
    static char work[] = "/work";
    entry = (struct passwd){user_name, nothing, 0, 0, comment, home ? home : work, shell};
    return &entry;
}

struct passwd *getpwuid(uid_t id) { return id == 0 ? user() : NULL; }
struct passwd *getpwnam(const char *name) { return strcmp(name, user_name) == 0 ? user() : NULL; }

static struct group *group(void) {
    static char *members[] = {NULL};
    static struct group entry = {group_name, nothing, 0, members};
    return &entry;
}

struct group *getgrgid(gid_t id) { return id == 0 ? group() : NULL; }
struct group *getgrnam(const char *name) { return strcmp(name, group_name) == 0 ? group() : NULL; }

char *getlogin(void) { return user_name; }

int getlogin_r(char *buffer, size_t size) {
    if (size < sizeof user_name)
        return ERANGE;
    strcpy(buffer, user_name);
    return 0;
}

char *cuserid(char *buffer) { return buffer ? strcpy(buffer, user_name) : user_name; }
char *ctermid(char *buffer) {
    static char own[L_ctermid];
    return strcpy(buffer ? buffer : own, "/dev/tty");
}
