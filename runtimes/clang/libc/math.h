// <math.h> with C23's additions and BSD's gamma.
#ifndef RUNCELL_MATH_H
#define RUNCELL_MATH_H
#include_next <math.h>
#ifdef __cplusplus
extern "C" {
#endif
#if __STDC_VERSION__ >= 202311L || defined(_GNU_SOURCE)
double roundeven(double);
float roundevenf(float);
double nextup(double);
double nextdown(double);
float nextupf(float);
float nextdownf(float);
double fmaximum(double, double);
double fminimum(double, double);
double fmaximum_num(double, double);
double fminimum_num(double, double);
long llogb(double);
long llogbf(float);
#endif
#if defined(_GNU_SOURCE) || defined(_BSD_SOURCE)
double gamma(double);
#endif
#ifdef __cplusplus
}
#endif
#endif
