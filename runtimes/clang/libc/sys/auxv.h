// <sys/auxv.h>: a cell knows the size of a page.
#ifndef RUNCELL_SYS_AUXV_H
#define RUNCELL_SYS_AUXV_H
#define AT_PAGESZ 6
#define AT_HWCAP 16
#define AT_CLKTCK 17
#define AT_SECURE 23
#define AT_RANDOM 25
#define AT_HWCAP2 26
#define AT_EXECFN 31
#ifdef __cplusplus
extern "C" {
#endif
unsigned long getauxval(unsigned long);
#ifdef __cplusplus
}
#endif
#endif
