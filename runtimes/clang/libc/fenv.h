// <fenv.h> with its macros. A cell rounds to nearest, and arithmetic raises no flags: what a program raises itself is there.
#ifndef RUNCELL_FENV_H
#define RUNCELL_FENV_H
#include_next <fenv.h>
#undef FE_ALL_EXCEPT
#define FE_INVALID 1
#define FE_DIVBYZERO 4
#define FE_OVERFLOW 8
#define FE_UNDERFLOW 16
#define FE_INEXACT 32
#define FE_ALL_EXCEPT (FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW | FE_UNDERFLOW | FE_INEXACT)
#define FE_DOWNWARD 0x400
#define FE_UPWARD 0x800
#define FE_TOWARDZERO 0xc00
#if defined(_GNU_SOURCE) || __STDC_VERSION__ >= 202311L
#ifdef __cplusplus
extern "C" {
#endif
int feenableexcept(int);
int fedisableexcept(int);
int fegetexcept(void);
int fesetexcept(int);
#ifdef __cplusplus
}
#endif
#endif
#endif
