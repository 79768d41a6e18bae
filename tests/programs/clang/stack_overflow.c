#include <stdio.h>
int depth(int n) { volatile char pad[1000]; pad[0] = (char)n; return depth(n + 1) + pad[0]; }
int main(void) { printf("go\n"); return depth(0); }
