/*
 * Local time: what a zone's clocks show, around the hours when they change too,
 * and what the zone is called. Included by a patch into quickjs.c.
 */
#include "runcell/zone_names.h"

static struct tm runcell_local_tm(int64_t utc) {
    time_t seconds = (utc - (utc < 0 ? 999 : 0)) / 1000;
    struct tm tm;
    localtime_r(&seconds, &tm);
    return tm;
}

/* Local time less UTC at a moment, in ms. */
static int64_t runcell_zone_ms(int64_t utc) { return (int64_t)runcell_local_tm(utc).tm_gmtoff * 1000; }

/* Local time less UTC for a time that a clock shows: that of before the change if it shows it twice or never. */
static int64_t runcell_clock_ms(double clock) {
    if (!(fabs(clock) < 8.65e15))
        return 0;
    const int64_t day = 86400000;
    int64_t shown = (int64_t)clock;
    int64_t before = runcell_zone_ms(shown - day), after = runcell_zone_ms(shown + day);
    if (before == after || runcell_zone_ms(shown - before) == before)
        return before;
    return runcell_zone_ms(shown - after) == after ? after : before;
}

/* "Eastern Daylight Time", in Latin-1; "GMT-05:00" for a zone that has no words. */
static const char *runcell_zone_words(int64_t utc, char room[16]) {
    struct tm tm = runcell_local_tm(utc);
    const char *name = getenv("TZ");
    int minutes = (int)(tm.tm_gmtoff / 60), size = abs(minutes);
    size_t length = name ? strlen(name + (*name == ':')) : 0;
    for (size_t i = 0; length && i < countof(runcell_zone_table); i++) {
        const char *zones = runcell_zone_table[i].zones, *found = zones;
        while ((found = strstr(found, name + (*name == ':'))) && (found == zones || found[-1] != ' ' || found[length] != ' '))
            found++;
        if (found) {
            /* In Ireland winter is the exception by law: what is ahead is summer all the same. */
            bool irish = strstr(zones, "Dublin");
            const char *words = (irish ? tm.tm_gmtoff > 0 : tm.tm_isdst > 0) ? runcell_zone_table[i].summer : runcell_zone_table[i].standard;
            if (words)
                return words;
            break;
        }
    }
    if (minutes == 0)
        return "Coordinated Universal Time";
    snprintf(room, 16, "GMT%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60, size % 60);
    return room;
}
