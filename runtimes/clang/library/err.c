/*
 * err, warn and their kin, and glibc's error: messages on stderr with the program's name.
 */
#define _GNU_SOURCE
#include "cell.h"
#include <err.h>
#include <errno.h>
#include <error.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned error_message_count;
int error_one_per_line;
void (*error_print_progname)(void);

/* `reason` is what strerror says, or null. */
static void message(const char *format, va_list values, const char *reason) {
    fprintf(stderr, "%s: ", runcell_program_name());
    if (format)
        vfprintf(stderr, format, values);
    if (reason)
        fprintf(stderr, format ? ": %s" : "%s", reason);
    fputc('\n', stderr);
}

void vwarn(const char *format, va_list values) { message(format, values, strerror(errno)); }
void vwarnx(const char *format, va_list values) { message(format, values, NULL); }

_Noreturn void verr(int status, const char *format, va_list values) {
    vwarn(format, values);
    exit(status);
}

_Noreturn void verrx(int status, const char *format, va_list values) {
    vwarnx(format, values);
    exit(status);
}

#define PASS(function, ...) do { va_list values; va_start(values, format); function(__VA_ARGS__ format, values); va_end(values); } while (0)

void warn(const char *format, ...) { PASS(vwarn, ); }
void warnx(const char *format, ...) { PASS(vwarnx, ); }
_Noreturn void err(int status, const char *format, ...) {
    va_list values;
    va_start(values, format);
    verr(status, format, values);
}
_Noreturn void errx(int status, const char *format, ...) {
    va_list values;
    va_start(values, format);
    verrx(status, format, values);
}

void error(int status, int number, const char *format, ...) {
    fflush(stdout);
    va_list values;
    va_start(values, format);
    message(format, values, number ? strerror(number) : NULL);
    va_end(values);
    error_message_count++;
    if (status)
        exit(status);
}
