/*
 * swprintf in the locale "C": wide text stays what it is, as elsewhere. libc's
 * goes through bytes and stops at the first character outside of ASCII.
 */
#define _GNU_SOURCE
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

/* musl's own locale whose bytes are UTF-8. */
extern const struct __locale_struct __c_dot_utf8_locale;

/* Copies text, as much as there is room for. Returns the number of characters, or -1 if some did not fit. */
static int widen(wchar_t *to, size_t room, const char *text, size_t length) {
    mbstate_t state = {0};
    size_t count = 0;
    for (size_t at = 0; at < length && count + 1 < room; count++) {
        size_t bytes = mbrtowc(&to[count], text + at, length - at, &state);
        if (bytes > length - at)
            break;
        at += bytes ? bytes : 1;
        if (at == length) {
            to[count + 1] = 0;
            return (int)count + 1;
        }
    }
    to[count] = 0;
    return length ? -1 : 0;
}

int vswprintf(wchar_t *restrict to, size_t room, const wchar_t *restrict format, va_list values) {
    char *text = NULL;
    size_t length = 0;
    if (room == 0)
        return -1;
    locale_t before = uselocale((locale_t)&__c_dot_utf8_locale);
    FILE *stream = open_memstream(&text, &length);
    int result = stream ? vfwprintf(stream, format, values) : -1;
    if (stream && fclose(stream) != 0)
        result = -1;
    if (result >= 0)
        result = widen(to, room, text, length);
    else
        *to = 0;
    uselocale(before);
    free(text);
    return result;
}
