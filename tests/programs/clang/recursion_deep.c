#include <stdio.h>
int depth(int n) { volatile int x = n; return n == 0 ? 0 : 1 + depth(x - 1); }
int main(void) { printf("%d\n", depth(20000)); }
