#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
static void show(const char *zone, time_t at) {
    setenv("TZ", zone, 1);
    struct tm *tm = localtime(&at), copy = *tm; char text[64]; strftime(text, sizeof text, "%F %T %z %Z", tm);
    printf("%-30s %s %d %d\n", zone, text, tm->tm_isdst, mktime(&copy) == at);
}
static void back(const char *zone, int year, int month, int day, int hour, int minute, int dst) {
    setenv("TZ", zone, 1);
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute, .tm_isdst = dst};
    time_t at = mktime(&tm); printf("%lld %02d:%02d %d\n", (long long)at, tm.tm_hour, tm.tm_min, tm.tm_isdst);
}
int main(void) {
    time_t winter = 1705312800, summer = 1721037600, old = -1800000000, far = 4102444800;
    const char *zones[] = {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Tokyo", "Pacific/Apia",
                           "Africa/Casablanca", "EST5EDT,M3.2.0,M11.1.0", "CET-1CEST,M3.5.0,M10.5.0/3", "<+0330>-3:30", "NZST-12NZDT,M9.5.0,M4.1.0/3",
                           "XYZ3ABC,J60/1,J300/1:30", ":Europe/Paris", "No/Such", ""};
    for (unsigned i = 0; i < sizeof zones / sizeof *zones; i++) show(zones[i], winter), show(zones[i], summer);
    show("Europe/Berlin", old); show("Europe/Berlin", far); show("America/New_York", far + 86400 * 180);
    back("America/New_York", 2024, 3, 10, 2, 30, -1); back("America/New_York", 2024, 11, 3, 1, 30, 1); back("America/New_York", 2024, 11, 3, 1, 30, 0);
    back("America/New_York", 2024, 7, 1, 12, 0, 0); back("America/New_York", 2024, 1, 1, 12, 0, 1); back("Europe/Berlin", 2024, 7, 1, 12, 0, -1);
    setenv("TZ", "America/New_York", 1); tzset(); printf("%s %s %ld %d\n", tzname[0], tzname[1], timezone, daylight);
    struct tm tm; localtime_r(&summer, &tm); printf("%s", asctime(&tm)); printf("%s", ctime(&winter));
}
