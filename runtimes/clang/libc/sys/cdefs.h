// <sys/cdefs.h>: the macros of BSD that programs use in their headers.
#ifndef RUNCELL_SYS_CDEFS_H
#define RUNCELL_SYS_CDEFS_H
#ifdef __cplusplus
#define __BEGIN_DECLS extern "C" {
#define __END_DECLS }
#else
#define __BEGIN_DECLS
#define __END_DECLS
#endif
#define __P(arguments) arguments
#define __CONCAT(x, y) x##y
#define __STRING(x) #x
#ifndef __THROW
#define __THROW
#endif
#define __nonnull(parameters) __attribute__((__nonnull__ parameters))
#define __attribute_pure__ __attribute__((__pure__))
#define __attribute_const__ __attribute__((__const__))
#define __attribute_used__ __attribute__((__used__))
#define __attribute_noinline__ __attribute__((__noinline__))
#define __attribute_deprecated__ __attribute__((__deprecated__))
#define __wur
#endif
