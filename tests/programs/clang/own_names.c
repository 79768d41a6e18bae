#include <stdio.h>
int select = 4, y1 = 5; double time(int x) { return x / 2.0; }
int main(void) { printf("%g\n", time(1) + select + y1); }
