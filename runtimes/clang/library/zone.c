/*
 * The time zone of the program: what TZ says, for localtime, mktime, strftime.
 *
 * Stands in for libc's __tz.c, which knows UTC alone. TZ is a POSIX string or a
 * name of the time zone database; zone_rule.c and zone_file.c read them.
 */
#define _GNU_SOURCE
#include "cell.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY 86400
#define WEEKS 53

const char __utc[] = "UTC";

static char utc_name[] = "UTC";
char *tzname[2] = {utc_name, utc_name};
long timezone = 0;
int daylight = 0;

/* The value of TZ that was read; without one it is UTC. */
static char known[256] = "";
static enum { UTC, RULES, FILE_OF_DATABASE } kind;
static struct runcell_rules rules;
static struct runcell_zone fixed = {0, 0, __utc};

static char names[768];
static unsigned names_length;

const char *runcell_zone_name(const char *name, unsigned length) {
    for (unsigned at = 0; at < names_length; at += (unsigned)strlen(names + at) + 1)
        if (strlen(names + at) == length && memcmp(names + at, name, length) == 0)
            return names + at;
    if (length >= sizeof names - names_length)
        return NULL;
    char *kept = names + names_length;
    memcpy(kept, name, length);
    kept[length] = 0;
    names_length += length + 1;
    return kept;
}

static struct runcell_zone zone_at(long long instant) {
    if (kind == RULES)
        return runcell_rules_at(&rules, instant);
    return kind == FILE_OF_DATABASE ? runcell_zone_file_at(instant) : fixed;
}

/* Sets tzname, timezone and daylight to what holds in the year around now. */
static void publish(void) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_REALTIME, &now);
    struct runcell_zone standard = zone_at(now.tv_sec), summer = standard;
    for (int week = 0; week <= WEEKS; week++) {
        struct runcell_zone zone = zone_at(now.tv_sec - (long long)week * 7 * DAY);
        if (!zone.is_dst && standard.is_dst)
            standard = zone;
        if (zone.is_dst && !summer.is_dst)
            summer = zone;
    }
    daylight = summer.is_dst;
    timezone = -standard.offset;
    tzname[0] = (char *)standard.name;
    tzname[1] = (char *)summer.name;
}

void tzset(void) {
    const char *wanted = getenv("TZ");
    wanted = wanted ? wanted : "";
    if (strcmp(wanted, known) == 0)
        return;
    size_t length = strlen(wanted);
    if (length >= sizeof known)
        length = 0;
    memcpy(known, wanted, length);
    known[length] = 0;
    const char *name = known[0] == ':' ? known + 1 : known;
    kind = UTC;
    fixed.name = __utc;
    /* As elsewhere, what cannot be read means UTC. */
    if (*name && runcell_zone_file_read(name))
        kind = FILE_OF_DATABASE;
    else if (known[0] != ':' && runcell_rules_read(name, &rules))
        kind = RULES;
    publish();
}

/* The zone in which a clock on the wall shows `local`; `*other` is the offset of the other half of the year. */
static struct runcell_zone zone_of_wall(long long local, int *other) {
    struct runcell_zone before = zone_at(local - zone_at(local - DAY).offset - DAY);
    struct runcell_zone after = zone_at(local - zone_at(local + DAY).offset + DAY);
    struct runcell_zone zone = zone_at(local - before.offset);
    /* A time that the clock skips counts as the one before the change would have counted it. */
    if (zone.offset != before.offset) {
        struct runcell_zone late = zone_at(local - after.offset);
        zone = late.offset == after.offset ? late : before;
    }
    *other = zone.offset;
    if (before.is_dst != zone.is_dst)
        *other = before.offset;
    else if (after.is_dst != zone.is_dst)
        *other = after.offset;
    int changes = kind == RULES ? rules.rules : kind == FILE_OF_DATABASE && runcell_zone_file_changes(local);
    for (int week = 1; changes && week <= WEEKS && *other == zone.offset; week++) {
        struct runcell_zone past = zone_at(local - (long long)week * 7 * DAY);
        struct runcell_zone coming = zone_at(local + (long long)week * 7 * DAY);
        if (past.is_dst != zone.is_dst)
            *other = past.offset;
        else if (coming.is_dst != zone.is_dst)
            *other = coming.offset;
    }
    return zone;
}

/* What libc asks, in localtime_r with an instant and in mktime with what a clock on the wall shows. */
void __secs_to_zone(long long seconds, int local, int *is_dst, int *offset, long *other, const char **name) {
    tzset();
    int opposite = 0;
    struct runcell_zone zone = local ? zone_of_wall(seconds, &opposite) : zone_at(seconds);
    *is_dst = zone.is_dst;
    *offset = zone.offset;
    *name = zone.name;
    if (other)
        *other = opposite;
}

/* What strftime writes for %Z. A pointer that is none of ours may be anything. */
const char *__tm_to_tzname(const struct tm *tm) {
    const char *name = tm->__tm_zone;
    int known_name = name == __utc || name == utc_name || (name >= names && name < names + names_length);
    return known_name ? name : "";
}
