#include <stdio.h>
int main(void) { printf("%Lf\n", 1.5L); }
