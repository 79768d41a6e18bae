/*
 * What the parts of the library for cells share. Programs never see it.
 */
#pragma once

/* Says that WHAT waits for another thread, of which there is none, and aborts. */
_Noreturn void runcell_deadlock(const char *what);

/* The last part of the program's name; never null. */
const char *runcell_program_name(void);

/* A time zone at an instant. Offsets are seconds east of Greenwich. */
struct runcell_zone {
    int offset;
    int is_dst;
    const char *name;
};

/* A POSIX time zone string, read. `rules` is 0 where the zone has no summer time. */
struct runcell_rules {
    struct runcell_zone standard, summer;
    int rules;
    struct runcell_change {
        char kind; /* 'M', 'J', or '0' for days that count from 0 */
        int month, week, day, seconds;
    } begin, end;
};

/* Keeps a name for ever, so that pointers to it stay good. Null if there is no room. */
const char *runcell_zone_name(const char *name, unsigned length);

/* Reads "EST5EDT,M3.2.0,M11.1.0"; 0 if it is no such string. */
int runcell_rules_read(const char *text, struct runcell_rules *rules);

/* The zone at an instant, by rules. */
struct runcell_zone runcell_rules_at(const struct runcell_rules *rules, long long instant);

/* Reads a zone of the database by its name; 0 if there is none. */
int runcell_zone_file_read(const char *name);

/* Whether that zone may change within a year of an instant. */
int runcell_zone_file_changes(long long instant);

/* The zone at an instant, by the file that was read last. */
struct runcell_zone runcell_zone_file_at(long long instant);
