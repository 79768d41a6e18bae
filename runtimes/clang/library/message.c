/*
 * Messages: the log of a system, of which only LOG_PERROR's copies on stderr
 * are left; texts that nobody translates; stacks that nobody can look at.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <execinfo.h>
#include <libintl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "cell.h"

static const char *log_name;
static int log_options, log_mask = 0xff;

void openlog(const char *name, int options, int facility) {
    log_name = name;
    log_options = options;
}

void closelog(void) {}

int setlogmask(int mask) {
    int before = log_mask;
    if (mask)
        log_mask = mask;
    return before;
}

void vsyslog(int priority, const char *format, va_list values) {
    if (!(log_mask & LOG_MASK(LOG_PRI(priority))) || !(log_options & LOG_PERROR))
        return;
    /* %m is an error's text in every printf of this library. */
    fputs(log_name ? log_name : runcell_program_name(), stderr);
    if (log_options & LOG_PID)
        fprintf(stderr, "[%d]", (int)getpid());
    fputs(": ", stderr);
    vfprintf(stderr, format, values);
    size_t length = strlen(format);
    if (length == 0 || format[length - 1] != '\n')
        fputc('\n', stderr);
}

void syslog(int priority, const char *format, ...) {
    va_list values;
    va_start(values, format);
    vsyslog(priority, format, values);
    va_end(values);
}

char *gettext(const char *text) { return (char *)text; }
char *dgettext(const char *domain, const char *text) { return (char *)text; }
char *dcgettext(const char *domain, const char *text, int category) { return (char *)text; }
char *ngettext(const char *one, const char *many, unsigned long count) { return (char *)(count == 1 ? one : many); }
char *dngettext(const char *domain, const char *one, const char *many, unsigned long count) {
    return ngettext(one, many, count);
}
char *bindtextdomain(const char *domain, const char *folder) { return (char *)folder; }
char *bind_textdomain_codeset(const char *domain, const char *set) { return (char *)set; }
char *textdomain(const char *domain) {
    static char *current;
    if (domain) {
        free(current);
        current = strdup(domain);
    }
    return current ? current : "messages";
}

int backtrace(void **frames, int room) { return 0; }
char **backtrace_symbols(void *const *frames, int count) { return calloc((size_t)count + 1, sizeof(char *)); }
void backtrace_symbols_fd(void *const *frames, int count, int fd) {}
