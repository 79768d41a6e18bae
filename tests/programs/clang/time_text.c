// Times as text, and back, as glibc does it.
#include <stdio.h>
#include <string.h>
#include <time.h>

static void show(const char *format, time_t at) {
    char text[200];
    size_t length = strftime(text, sizeof text, format, gmtime(&at));
    printf("%zu [%s]\n", length, length ? text : "");
}

static void read_it(const char *text, const char *format) {
    struct tm tm = {0};
    char *end = strptime(text, format, &tm);
    if (!end) {
        printf("%s: no\n", text);
        return;
    }
    printf("%s: %d-%02d-%02d %02d:%02d:%02d wday %d yday %d off %ld left [%s]\n", text, tm.tm_year + 1900, tm.tm_mon + 1,
           tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, tm.tm_wday, tm.tm_yday, (long)tm.tm_gmtoff, end);
}

int main(void) {
    time_t at = 1719965045;
    show("%l:%M %P", at);
    show("%k|%-k|%_H|%-d|%e|%I:%M:%S %p", at);
    show("%^a %_d %^B %#p %10Y %-m/%-d/%y", at);
    show("%Y-%m-%dT%H:%M:%S%z %j %U %W %V %G %u %w %s %%", at);
    show("%D %F %T %R %r %c %x %X %h %C %n%t", at);
    show("", at);
    char small[5];
    printf("%zu\n", strftime(small, sizeof small, "%Y-", gmtime(&at)));
    printf("%zu\n", strftime(small, sizeof small, "%Y", gmtime(&at)));
    read_it("2024-07-04", "%Y-%m-%d");
    read_it("10:00 +0530", "%H:%M %z");
    read_it("10:00:59Z", "%T%z");
    read_it("1719965045", "%s");
    read_it("2024 186", "%Y %j");
    read_it("Thu Jul  4 12:30:00 2024", "%a %b %e %H:%M:%S %Y");
    read_it("thursday, JULY 04, 99", "%A, %B %d, %y");
    read_it("12:05 am", "%I:%M %p");
    read_it("12:05 PM", "%I:%M %p");
    read_it("11:05 PM rest", "%l:%M %p");
    read_it("07/04/24", "%D");
    read_it("2024 27 4", "%Y %W %w");
    read_it("2024-13-01", "%Y-%m-%d");
    read_it("2024-02-29", "%F");
    read_it("  5 ", "%d ");
    read_it("100%", "%H");
    read_it("23", "%k");
    read_it("x", "%Y");
    return 0;
}
