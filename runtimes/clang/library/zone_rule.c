/*
 * Time zones as POSIX strings: "JST-9", "<+0330>-3:30", "EST5EDT,M3.2.0,M11.1.0".
 *
 * Owns reading such a string and telling the zone at an instant by it.
 */
#include "cell.h"
#include <string.h>

#define DAY 86400
#define HOUR 3600

/* The days before 1970-01-01 of a year's first day, in the Gregorian calendar. */
static long long days_before(long long year) {
    long long past = year - 1;
    long long centuries = past / 100 - (past % 100 < 0), leaps = past / 4 - (past % 4 < 0);
    return past * 365 + leaps - centuries + (past / 400 - (past % 400 < 0)) - 719162;
}

static int is_leap(long long year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int number(const char **at, int most) {
    int value = 0;
    if (**at < '0' || **at > '9')
        return -1;
    while (**at >= '0' && **at <= '9' && value <= most)
        value = value * 10 + (*(*at)++ - '0');
    return value <= most ? value : -1;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static int read_time(const char **at, int *seconds) {
    int sign = **at == '-' ? -1 : 1, parts[3] = {0, 0, 0};
    if (**at == '-' || **at == '+')
        ++*at;
    for (int part = 0; part < 3; part++) {
        if (part > 0 && **at != ':')
            break;
        if (part > 0)
            ++*at;
        if ((parts[part] = number(at, part == 0 ? 167 : 59)) < 0)
            return 0;
    }
    *seconds = sign * (parts[0] * HOUR + parts[1] * 60 + parts[2]);
    return 1;
}

static const char *read_name(const char **at) {
    const char *begin = *at;
    unsigned length = 0;
    if (*begin == '<') {
        const char *end = strchr(++begin, '>');
        if (end == NULL)
            return NULL;
        length = (unsigned)(end - begin);
        *at = end + 1;
    } else {
        while ((begin[length] | 32) >= 'a' && (begin[length] | 32) <= 'z')
            length++;
        *at = begin + length;
    }
    return length >= 3 ? runcell_zone_name(begin, length) : NULL;
}

static int read_change(const char **at, struct runcell_change *change) {
    *change = (struct runcell_change){.kind = '0', .seconds = 2 * HOUR};
    if (*(*at)++ != ',')
        return 0;
    if (**at == 'M') {
        change->kind = *(*at)++;
        change->month = number(at, 12);
        if (change->month < 1 || *(*at)++ != '.')
            return 0;
        change->week = number(at, 5);
        if (change->week < 1 || *(*at)++ != '.')
            return 0;
        change->day = number(at, 6);
    } else {
        if (**at == 'J')
            change->kind = *(*at)++;
        change->day = number(at, 365);
        if (change->kind == 'J' && change->day < 1)
            return 0;
    }
    if (change->day < 0)
        return 0;
    if (**at == '/') {
        ++*at;
        return read_time(at, &change->seconds);
    }
    return 1;
}

int runcell_rules_read(const char *text, struct runcell_rules *rules) {
    int west = 0;
    memset(rules, 0, sizeof *rules);
    rules->standard.name = read_name(&text);
    if (rules->standard.name == NULL || !read_time(&text, &west))
        return 0;
    rules->standard.offset = -west;
    if (*text == 0)
        return 1;
    rules->summer = (struct runcell_zone){HOUR - west, 1, read_name(&text)};
    if (rules->summer.name == NULL)
        return 0;
    if (*text && *text != ',') {
        if (!read_time(&text, &west))
            return 0;
        rules->summer.offset = -west;
    }
    /* Without rules, those of the United States count, as in other libraries. */
    if (*text == 0)
        text = ",M3.2.0,M11.1.0";
    rules->rules = 1;
    return read_change(&text, &rules->begin) && read_change(&text, &rules->end) && *text == 0;
}

/* When a change happens in a year, in seconds of that year's clock on the wall since 1970. */
static long long change_in(const struct runcell_change *change, long long year) {
    static const short first[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    long long day = days_before(year);
    int leap = is_leap(year);
    if (change->kind == 'J') {
        day += change->day - 1 + (leap && change->day > 59);
    } else if (change->kind == '0') {
        day += change->day;
    } else {
        int month = change->month - 1;
        int length = (month == 11 ? 365 : first[month + 1]) - first[month] + (leap && month == 1);
        day += first[month] + (leap && month > 1);
        /* 1970-01-01 was a Thursday. */
        int weekday = (int)(((day + 4) % 7 + 7) % 7);
        int within = (change->day - weekday + 7) % 7 + (change->week - 1) * 7;
        while (within >= length)
            within -= 7;
        day += within;
    }
    return day * DAY + change->seconds;
}

struct runcell_zone runcell_rules_at(const struct runcell_rules *rules, long long instant) {
    if (!rules->rules)
        return rules->standard;
    long long local = instant + rules->standard.offset;
    long long days = local / DAY - (local % DAY < 0);
    long long year = 1970 + days / 365 - (days < 0);
    while (days_before(year) > days)
        year--;
    while (days_before(year + 1) <= days)
        year++;
    long long begin = change_in(&rules->begin, year) - rules->standard.offset;
    long long end = change_in(&rules->end, year) - rules->summer.offset;
    int summer = begin < end ? instant >= begin && instant < end : instant >= begin || instant < end;
    return summer ? rules->summer : rules->standard;
}
