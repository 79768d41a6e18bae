/*
 * Times as text: strftime with glibc's additions, and strptime.
 *
 * Owns %k, %l, %P and the flags ^ and # of strftime; everything else is libc's.
 * <time.h> gives strftime this name. strptime is ours as a whole: libc's knows
 * neither %z nor %s, and leaves the weekday and the day of the year alone.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* libc's own, whatever <time.h> calls it. */
size_t runcell_libc_strftime(char *restrict, size_t, const char *restrict, const struct tm *restrict)
    __asm__("strftime");

/* The longest text of one conversion. */
#define PIECE 512

/* A conversion: the text from its % to its letter, and what that says. */
struct conversion {
    char text[32];
    char letter, pad;
    int upper, swap, width;
};

/* Reads a conversion; returns where it ends, or null where it is none. */
static const char *read_conversion(const char *at, struct conversion *made) {
    const char *begin = at++;
    *made = (struct conversion){.width = -1};
    size_t kept = 1;
    made->text[0] = '%';
    for (; *at && strchr("^#_-0+", *at); at++) {
        if (*at == '^')
            made->upper = 1;
        else if (*at == '#')
            made->swap = 1;
        else {
            made->pad = *at;
            if (kept < 2)
                made->text[kept++] = *at;
        }
    }
    if (isdigit((unsigned char)*at)) {
        char *end;
        long width = strtol(at, &end, 10);
        made->width = width < PIECE / 2 ? (int)width : PIECE / 2;
        kept += (size_t)snprintf(made->text + kept, 8, "%d", made->width);
        at = end;
    }
    if (*at == 'E' || *at == 'O')
        made->text[kept++] = *at++;
    if (*at == 0 || at - begin > 24)
        return NULL;
    made->letter = made->text[kept++] = *at;
    made->text[kept] = 0;
    return at;
}

static size_t number(char *piece, const struct conversion *made, int value) {
    int width = made->width < 0 ? 2 : made->width;
    if (made->pad == '-')
        return (size_t)snprintf(piece, PIECE, "%d", value);
    return (size_t)snprintf(piece, PIECE, made->pad == '0' ? "%0*d" : "%*d", width, value);
}

/* The text of a conversion; -1 where libc does not know it. */
static long convert(char *piece, const struct conversion *made, const struct tm *tm) {
    if (made->letter == 'k')
        return (long)number(piece, made, tm->tm_hour);
    if (made->letter == 'l')
        return (long)number(piece, made, (tm->tm_hour + 11) % 12 + 1);
    /* Something behind it tells an empty text from none. */
    char format[40];
    snprintf(format, sizeof format, "%s|", made->text);
    int lower = made->letter == 'P' || (made->swap && (made->letter == 'p' || made->letter == 'Z'));
    int upper = made->upper || (made->swap && !lower);
    if (made->letter == 'P')
        format[strlen(format) - 2] = 'p';
    long length = (long)runcell_libc_strftime(piece, PIECE, format, tm) - 1;
    for (long at = 0; at < length; at++)
        if (lower || upper)
            piece[at] = (char)(upper ? toupper((unsigned char)piece[at]) : tolower((unsigned char)piece[at]));
    return length;
}

size_t runcell_strftime(char *restrict out, size_t size, const char *restrict format, const struct tm *restrict tm) {
    size_t used = 0;
    for (; *format; format++) {
        char piece[PIECE];
        const char *from = format;
        long length = 1;
        struct conversion made;
        const char *end = *format == '%' ? read_conversion(format, &made) : NULL;
        if (end) {
            length = convert(piece, &made, tm);
            from = length < 0 ? format : piece;
            length = length < 0 ? end + 1 - format : length;
            format = end;
        }
        if ((size_t)length >= size - used || used >= size)
            return 0;
        memcpy(out + used, from, (size_t)length);
        used += (size_t)length;
    }
    if (used >= size)
        return 0;
    out[used] = 0;
    return used;
}

/* What strptime has read beside the fields of a time. */
struct reading {
    int century, year_of_century, afternoon, week_of_year, first_weekday;
    int has_month, has_day, has_yday, has_wday, has_year, has_clock_of_12;
};

static const char *read_number(const char *text, int least, int most, int digits, int *value) {
    while (isspace((unsigned char)*text))
        text++;
    if (!isdigit((unsigned char)*text))
        return NULL;
    int read = 0;
    for (int at = 0; at < digits && isdigit((unsigned char)*text); at++)
        read = read * 10 + (*text++ - '0');
    *value = read;
    return read < least || read > most ? NULL : text;
}

/* One of some names of the locale; the longest that fits. `count` names from `first`, then as many from `other`. */
static const char *read_name(const char *text, nl_item first, nl_item other, int count, int *value) {
    const char *end = NULL;
    for (int at = 0; at < 2 * count; at++) {
        const char *name = nl_langinfo(at < count ? first + at : other + at - count);
        size_t length = strlen(name);
        if (length && strncasecmp(text, name, length) == 0 && (!end || text + length > end))
            end = text + length, *value = at % count;
    }
    return end;
}

/* Z, +hh, +hhmm or +hh:mm. */
static const char *read_offset(const char *text, struct tm *tm) {
    while (isspace((unsigned char)*text))
        text++;
    if (*text == 'Z') {
        tm->tm_gmtoff = 0;
        return text + 1;
    }
    int sign = *text == '-' ? -1 : 1, hours, minutes = 0;
    if ((*text != '+' && *text != '-') || !isdigit((unsigned char)text[1]) || !isdigit((unsigned char)text[2]))
        return NULL;
    text = read_number(text + 1, 0, 99, 2, &hours);
    if (*text == ':' && isdigit((unsigned char)text[1]))
        text++;
    if (isdigit((unsigned char)*text) && !(text = read_number(text, 0, 59, 2, &minutes)))
        return NULL;
    tm->tm_gmtoff = sign * (hours * 3600 + minutes * 60);
    return text;
}

static int leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

static const short BEFORE_MONTH[2][13] = {
    {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365},
    {0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366},
};

/* The weekday of the first of January. */
static int first_of_january(int year) {
    long long before = (long long)year - 1;
    return (int)(((1 + 365 * before + before / 4 - before / 100 + before / 400) % 7 + 7) % 7);
}

static const short *months_of(const struct tm *tm) { return BEFORE_MONTH[leap(tm->tm_year + 1900)]; }

static int day_of_year(const struct tm *tm) {
    return (tm->tm_mon >= 0 && tm->tm_mon < 12 ? months_of(tm)[tm->tm_mon] : 0) + tm->tm_mday - 1;
}

/* The month and its day, where they were not read, from the day of the year. */
static void find_date(struct tm *tm, struct reading *have) {
    int month = 11;
    while (month > 0 && months_of(tm)[month] > tm->tm_yday)
        month--;
    if (!have->has_month)
        tm->tm_mon = month;
    if (!have->has_day)
        tm->tm_mday = tm->tm_yday - months_of(tm)[month] + 1;
    have->has_month = have->has_day = 1;
}

/* Works out the fields that follow from others, in glibc's order. */
static void complete(struct tm *tm, struct reading *have) {
    if (have->has_clock_of_12)
        tm->tm_hour = tm->tm_hour % 12 + (have->afternoon ? 12 : 0);
    if (have->year_of_century >= 0)
        tm->tm_year = have->year_of_century + (have->year_of_century < 69 ? 100 : 0);
    if (have->century >= 0)
        tm->tm_year = have->century * 100 - 1900 + (have->year_of_century >= 0 ? have->year_of_century : 0);
    int dated = have->has_month || have->has_day || have->has_year || have->century >= 0 || have->year_of_century >= 0;
    if (dated && !have->has_wday) {
        if (!(have->has_month && have->has_day) && have->has_yday)
            find_date(tm, have);
        tm->tm_wday = ((first_of_january(tm->tm_year + 1900) + day_of_year(tm)) % 7 + 7) % 7;
    }
    if (dated && !have->has_yday)
        tm->tm_yday = day_of_year(tm);
    if (have->week_of_year >= 0 && have->has_wday) {
        int first = first_of_january(tm->tm_year + 1900) - have->first_weekday;
        if (!have->has_yday)
            tm->tm_yday = (7 - first) % 7 + (have->week_of_year - 1) * 7 + (tm->tm_wday - have->first_weekday + 7) % 7;
        if (!have->has_month || !have->has_day)
            find_date(tm, have);
    }
}

static const char *read_time(const char *text, const char *format, struct tm *tm, struct reading *have);

static const char *read_instant(const char *text, struct tm *tm, struct reading *have) {
    char *end;
    time_t instant = (time_t)strtoll(text, &end, 10);
    if (end == text || !localtime_r(&instant, tm))
        return NULL;
    *have = (struct reading){-1, -1, 0, -1, 0, 1, 1, 1, 1, 1, 0};
    return end;
}

static const char *read_year(const char *text, struct tm *tm, struct reading *have) {
    int sign = *text == '-' ? -1 : 1, year;
    text = read_number(text + (*text == '-' || *text == '+'), 0, 999999999, 9 < strlen(text) ? 4 : 9, &year);
    if (text)
        tm->tm_year = sign * year - 1900, have->has_year = 1, have->century = have->year_of_century = -1;
    return text;
}

/* One conversion. */
static const char *read_field(const char *text, char letter, struct tm *tm, struct reading *have) {
    int ignored, value;
    switch (letter) {
    case 'a': case 'A': have->has_wday = 1; return read_name(text, DAY_1, ABDAY_1, 7, &tm->tm_wday);
    case 'b': case 'B': case 'h': have->has_month = 1; return read_name(text, MON_1, ABMON_1, 12, &tm->tm_mon);
    case 'c': return read_time(text, nl_langinfo(D_T_FMT), tm, have);
    case 'C': return read_number(text, 0, 99, 2, &have->century);
    case 'd': case 'e': have->has_day = 1; return read_number(text, 1, 31, 2, &tm->tm_mday);
    case 'D': return read_time(text, "%m/%d/%y", tm, have);
    case 'F': return read_time(text, "%Y-%m-%d", tm, have);
    case 'g': return read_number(text, 0, 99, 2, &ignored);
    case 'G': return read_number(text, 0, 9999, 4, &ignored);
    case 'H': case 'k': have->has_clock_of_12 = 0; return read_number(text, 0, 23, 2, &tm->tm_hour);
    case 'I': case 'l': have->has_clock_of_12 = 1; return read_number(text, 1, 12, 2, &tm->tm_hour);
    case 'j':
        have->has_yday = 1;
        if ((text = read_number(text, 1, 366, 3, &value)))
            tm->tm_yday = value - 1;
        return text;
    case 'm':
        have->has_month = 1;
        if ((text = read_number(text, 1, 12, 2, &value)))
            tm->tm_mon = value - 1;
        return text;
    case 'M': return read_number(text, 0, 59, 2, &tm->tm_min);
    case 'n': case 't':
        while (isspace((unsigned char)*text))
            text++;
        return text;
    case 'p': case 'P': return read_name(text, AM_STR, AM_STR, 2, &have->afternoon);
    case 'r': return read_time(text, "%I:%M:%S %p", tm, have);
    case 'R': return read_time(text, "%H:%M", tm, have);
    case 's': return read_instant(text, tm, have);
    case 'S': return read_number(text, 0, 61, 2, &tm->tm_sec);
    case 'T': return read_time(text, "%H:%M:%S", tm, have);
    case 'u':
        have->has_wday = 1;
        if ((text = read_number(text, 1, 7, 1, &value)))
            tm->tm_wday = value % 7;
        return text;
    case 'w': have->has_wday = 1; return read_number(text, 0, 6, 1, &tm->tm_wday);
    case 'U': have->first_weekday = 0; return read_number(text, 0, 53, 2, &have->week_of_year);
    case 'W': have->first_weekday = 1; return read_number(text, 0, 53, 2, &have->week_of_year);
    case 'V': return read_number(text, 0, 53, 2, &ignored);
    case 'x': return read_time(text, nl_langinfo(D_FMT), tm, have);
    case 'X': return read_time(text, nl_langinfo(T_FMT), tm, have);
    case 'y': return read_number(text, 0, 99, 2, &have->year_of_century);
    case 'Y': return read_year(text, tm, have);
    case 'z': return read_offset(text, tm);
    case 'Z':
        while (isalpha((unsigned char)*text))
            text++;
        return text;
    case '%': return *text == '%' ? text + 1 : NULL;
    default: return NULL;
    }
}

static const char *read_time(const char *text, const char *format, struct tm *tm, struct reading *have) {
    for (; *format && text; format++) {
        if (isspace((unsigned char)*format)) {
            while (isspace((unsigned char)*text))
                text++;
        } else if (*format != '%') {
            text = *text == *format ? text + 1 : NULL;
        } else {
            while (*++format && strchr("_-0^#EO", *format))
                ;
            while (isdigit((unsigned char)*format))
                format++;
            if (!*format)
                return NULL;
            text = read_field(text, *format, tm, have);
        }
    }
    return text;
}

char *strptime(const char *restrict text, const char *restrict format, struct tm *restrict tm) {
    struct reading have = {.century = -1, .year_of_century = -1, .week_of_year = -1};
    const char *end = read_time(text, format, tm, &have);
    if (end)
        complete(tm, &have);
    return (char *)end;
}
