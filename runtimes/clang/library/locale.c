/*
 * The locales of a cell: "C" (and "POSIX"), and "C.UTF-8", which "" stands for.
 *
 * Stands in for libc's function of the same name, which takes every name for
 * C.UTF-8: a program would believe that it has the numbers and dates of a
 * language. As on a machine where no locales are installed, others are refused.
 */
#include <stdlib.h>
#include <string.h>

/* musl's own: what a category of a locale points to. Null is "C". */
struct __locale_map;
extern const struct __locale_map __c_dot_utf8;

#define FAILED ((const struct __locale_map *)-1)

static const char *setting(int category) {
    static const char names[][12] = {"LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE", "LC_MONETARY", "LC_MESSAGES"};
    const char *value = getenv("LC_ALL");
    if (value == NULL || *value == 0)
        value = getenv(names[category]);
    if (value == NULL || *value == 0)
        value = getenv("LANG");
    return value && *value ? value : "C.UTF-8";
}

const struct __locale_map *__get_locale(int category, const char *name) {
    static const char *const utf8[] = {"C.UTF-8", "C.utf8", "C.UTF8", "C.utf-8"};
    if (*name == 0)
        name = setting(category);
    if (strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0)
        return NULL;
    for (unsigned i = 0; i < sizeof utf8 / sizeof *utf8; i++)
        if (strcmp(name, utf8[i]) == 0)
            return &__c_dot_utf8;
    return FAILED;
}
