/*
 * Time zones of the time zone database: files in the format TZif (RFC 9636)
 * below /usr/share/zoneinfo.
 *
 * Owns reading one file, and telling the zone at an instant by it. The file is
 * opened by WASI's own calls: those of libc carry constructors, which would be
 * linked into every program that asks for the time.
 */
#include "cell.h"
#include <string.h>
#include <wasi/api.h>

#define FOLDER "usr/share/zoneinfo/"
#define HEADER 44
#define MOST_PREOPENS 8

/* The largest file of the database has a quarter of this. */
static unsigned char file[16384];
static size_t length;

/* Where the parts of the second, 64-bit block lie. */
static const unsigned char *times, *types, *zones, *letters;
static unsigned time_count, type_count, letter_count;
static struct runcell_rules after;
static int has_after;

static unsigned big_endian(const unsigned char *at) {
    return (unsigned)at[0] << 24 | (unsigned)at[1] << 16 | (unsigned)at[2] << 8 | at[3];
}

static long long time_of(unsigned index) {
    const unsigned char *at = times + 8 * index;
    return (long long)((unsigned long long)big_endian(at) << 32 | big_endian(at + 4));
}

/* Reads a file below the root folder, which is among the folders that a program is given. */
static int read_file(const char *path) {
    for (__wasi_fd_t folder = 3; folder < 3 + MOST_PREOPENS; folder++) {
        __wasi_fd_t fd;
        __wasi_size_t got = 0;
        if (__wasi_path_open(folder, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, path, 0, __WASI_RIGHTS_FD_READ, 0, 0, &fd) != 0)
            continue;
        length = 0;
        do {
            __wasi_iovec_t part = {file + length, sizeof file - length};
            if (__wasi_fd_read(fd, &part, 1, &got) != 0)
                got = 0;
            length += got;
        } while (got > 0 && length < sizeof file);
        (void)!__wasi_fd_close(fd);
        return length > 0 && length < sizeof file;
    }
    return 0;
}

/* Whether a name stays inside the folder of the database. */
static int is_name(const char *name) {
    for (const char *at = name; *at; at++)
        if (at[0] == '.' && at[1] == '.')
            return 0;
    return *name != 0 && *name != '/' && strlen(name) < 100;
}

int runcell_zone_file_read(const char *name) {
    char path[sizeof FOLDER + 100] = FOLDER;
    const char *prefix = "/" FOLDER;
    if (strncmp(name, prefix, strlen(prefix)) == 0)
        name += strlen(prefix);
    if (!is_name(name))
        return 0;
    strcpy(path + sizeof FOLDER - 1, name);
    if (!read_file(path) || length < 2 * HEADER || memcmp(file, "TZif", 4) != 0 || file[4] < '2')
        return 0;
    /* The first block, with 32-bit times, is skipped; its header says how long it is. */
    const unsigned char *count = file + 20;
    size_t block = big_endian(count + 12) * 5 + big_endian(count + 16) * 6 + big_endian(count + 20) +
                   big_endian(count + 8) * 8 + big_endian(count + 4) + big_endian(count);
    if (block > length - 2 * HEADER)
        return 0;
    count = file + HEADER + block + 20;
    unsigned leaps = big_endian(count + 8), standards = big_endian(count + 4), universals = big_endian(count);
    time_count = big_endian(count + 12);
    type_count = big_endian(count + 16);
    letter_count = big_endian(count + 20);
    if (type_count == 0 || time_count > 2000 || type_count > 256 || letter_count > 1000 || leaps > 100)
        return 0;
    times = count + 24;
    types = times + 8 * time_count;
    zones = types + time_count;
    letters = zones + 6 * type_count;
    const unsigned char *footer = letters + letter_count + 12 * leaps + standards + universals;
    char rule[128] = "";
    if (footer + 2 > file + length || *footer != '\n')
        return 0;
    for (size_t at = 0; at < sizeof rule - 1 && footer + 1 + at < file + length && footer[1 + at] != '\n'; at++)
        rule[at] = (char)footer[1 + at];
    has_after = *rule && runcell_rules_read(rule, &after);
    return 1;
}

static struct runcell_zone zone_of_type(unsigned type) {
    const unsigned char *zone = zones + 6 * (type < type_count ? type : 0);
    unsigned letter = zone[5] < letter_count ? zone[5] : 0;
    const char *name = (const char *)letters + letter;
    const char *kept = runcell_zone_name(name, (unsigned)strnlen(name, letter_count - letter));
    return (struct runcell_zone){(int)big_endian(zone), zone[4] != 0, kept ? kept : ""};
}

int runcell_zone_file_changes(long long instant) {
    int last_was_long_ago = time_count == 0 || instant - time_of(time_count - 1) > 2LL * 366 * 86400;
    return !last_was_long_ago || (has_after && after.rules);
}

struct runcell_zone runcell_zone_file_at(long long instant) {
    if (time_count == 0 || instant >= time_of(time_count - 1)) {
        if (has_after)
            return runcell_rules_at(&after, instant);
        return zone_of_type(time_count ? types[time_count - 1] : 0);
    }
    if (instant < time_of(0))
        return zone_of_type(0);
    unsigned low = 0, high = time_count;
    while (high - low > 1) {
        unsigned middle = low + (high - low) / 2;
        if (time_of(middle) <= instant)
            low = middle;
        else
            high = middle;
    }
    return zone_of_type(types[low]);
}
