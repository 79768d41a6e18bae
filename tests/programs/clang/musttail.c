#include <stdio.h>
static int odd(unsigned n);
static int even(unsigned n) { if (!n) return 1; __attribute__((musttail)) return odd(n - 1); }
static int odd(unsigned n) { if (!n) return 0; __attribute__((musttail)) return even(n - 1); }
int main(void) { printf("%d\n", even(3000001)); }
