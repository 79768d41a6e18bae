/*
 * The flags of floating-point arithmetic. WebAssembly rounds to nearest and has
 * no flags: those that a program raises itself are kept, and no other mode of
 * rounding can be set.
 */
#define _GNU_SOURCE
#include <fenv.h>

static int raised;

int feclearexcept(int flags) { return raised &= ~flags, 0; }
int feraiseexcept(int flags) { return raised |= flags & FE_ALL_EXCEPT, 0; }
int fesetexcept(int flags) { return feraiseexcept(flags); }
int fetestexcept(int flags) { return raised & flags; }
int fegetround(void) { return FE_TONEAREST; }
int __fesetround(int mode) { return mode == FE_TONEAREST ? 0 : -1; }
int fegetenv(fenv_t *kept) { return kept->__cw = (unsigned long)raised, 0; }
int fesetenv(const fenv_t *kept) { return raised = kept == FE_DFL_ENV ? 0 : (int)kept->__cw, 0; }
int fegetexcept(void) { return 0; }
int fedisableexcept(int flags) { return 0; }
int feenableexcept(int flags) { return flags ? -1 : 0; }
