#include <stdarg.h>
#include <stdio.h>
static int sum(int n, ...) { va_list a; va_start(a, n); int s = 0; while (n--) s += va_arg(a, int); va_end(a); return s; }
int main(void) { printf("%d %s %c %5.2f %-4d| %04x %lld %zu %p %%\n", sum(3, 1, 2, 3), "s", 'c', 3.14159, 7, 255, 1LL << 40, (size_t)9, (void *)0); char b[8]; printf("%d %s\n", snprintf(b, sizeof b, "%s", "truncated"), b); }
