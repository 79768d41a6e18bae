/*
 * What glibc has beside POSIX, and programs use: small functions, each as glibc
 * describes it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <termios.h>
#include <time.h>
#include <ulimit.h>
#include <unistd.h>
#include <wchar.h>

time_t timelocal(struct tm *tm) { return mktime(tm); }
int dysize(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 366 : 365; }
char *getwd(char *path) { return getcwd(path, PATH_MAX); }
int fcloseall(void) { return fflush(NULL); }
wchar_t *wmempcpy(wchar_t *restrict to, const wchar_t *restrict from, size_t count) { return wmemcpy(to, from, count) + count; }
int nice(int by) { return 0; }
int pthread_yield(void) { return 0; }
unsigned long getauxval(unsigned long kind) { return kind == AT_PAGESZ ? 65536 : (errno = ENOENT, 0); }
long ulimit(int command, ...) { return command == UL_GETFSIZE ? LONG_MAX : (errno = EINVAL, -1); }

void cfmakeraw(struct termios *mode) {
    mode->c_iflag &= ~(unsigned)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    mode->c_oflag &= ~(unsigned)OPOST;
    mode->c_lflag &= ~(unsigned)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    mode->c_cflag = (mode->c_cflag & ~(unsigned)(CSIZE | PARENB)) | CS8;
    mode->c_cc[VMIN] = 1;
    mode->c_cc[VTIME] = 0;
}

/* Memory. */
void *pvalloc(size_t size) { return aligned_alloc(65536, (size + 65535) / 65536 * 65536); }
int malloc_trim(size_t pad) { return 0; }
int mallopt(int parameter, int value) { return 1; }
void malloc_stats(void) { fputs("Arena 0:\n", stderr); }

/* Names of signals and errors. */
#define NAME(name) [SIG##name] = #name
static const char *const signal_names[] = {
    NAME(HUP), NAME(INT), NAME(QUIT), NAME(ILL), NAME(TRAP), NAME(ABRT), NAME(BUS), NAME(FPE), NAME(KILL), NAME(USR1),
    NAME(SEGV), NAME(USR2), NAME(PIPE), NAME(ALRM), NAME(TERM), NAME(STKFLT), NAME(CHLD), NAME(CONT), NAME(STOP), NAME(TSTP),
    NAME(TTIN), NAME(TTOU), NAME(URG), NAME(XCPU), NAME(XFSZ), NAME(VTALRM), NAME(PROF), NAME(WINCH), NAME(IO), NAME(PWR),
    NAME(SYS),
};
const char *sigabbrev_np(int signal) {
    return signal > 0 && (size_t)signal < sizeof signal_names / sizeof *signal_names ? signal_names[signal] : NULL;
}
const char *sigdescr_np(int signal) { return sigabbrev_np(signal) ? strsignal(signal) : NULL; }
const char *strerrordesc_np(int error) {
    const char *text = strerror(error), *unknown = strerror(-1);
    return error == 0 ? "Success" : strcmp(text, unknown) == 0 ? NULL : text;
}

/* Mathematics. */
double gamma(double value) { return lgamma(value); }
double roundeven(double value) { return __builtin_roundeven(value); }
float roundevenf(float value) { return __builtin_roundevenf(value); }
double nextup(double value) { return nextafter(value, INFINITY); }
double nextdown(double value) { return nextafter(value, -INFINITY); }
float nextupf(float value) { return nextafterf(value, INFINITY); }
float nextdownf(float value) { return nextafterf(value, -INFINITY); }
long llogb(double value) { return value == 0 ? LONG_MIN : isnan(value) ? LONG_MIN : isinf(value) ? LONG_MAX : (long)ilogb(value); }
long llogbf(float value) { return llogb(value); }
double fmaximum(double x, double y) { return isnan(x) ? x : isnan(y) ? y : x == y ? (signbit(x) ? y : x) : x > y ? x : y; }
double fminimum(double x, double y) { return isnan(x) ? x : isnan(y) ? y : x == y ? (signbit(x) ? x : y) : x < y ? x : y; }
double fmaximum_num(double x, double y) { return isnan(x) ? y : isnan(y) ? x : fmaximum(x, y); }
double fminimum_num(double x, double y) { return isnan(x) ? y : isnan(y) ? x : fminimum(x, y); }
