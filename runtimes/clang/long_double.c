/*
 * For programs that print or read long double: names the functions that are to
 * come from the library which can. libhot.a has others of these names, so that
 * the quick link fails and the full one is made.
 */
#include <stdarg.h>
#include <stdio.h>

__attribute__((visibility("hidden"))) const void *const runcell_long_double[] = {vfprintf, vfscanf};
