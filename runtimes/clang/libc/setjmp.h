// <setjmp.h> with the forms of it that keep signal masks, or not: nothing sends signals here.
#ifndef RUNCELL_SETJMP_H
#define RUNCELL_SETJMP_H
#include_next <setjmp.h>
#define sigsetjmp(buffer, mask) ((void)(mask), setjmp(buffer))
#define siglongjmp(buffer, value) longjmp(buffer, value)
#define _setjmp(buffer) setjmp(buffer)
#define _longjmp(buffer, value) longjmp(buffer, value)
#endif
