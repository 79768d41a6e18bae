#include <stdio.h>
static char big[50 << 20];
int main(void) { big[sizeof big - 1] = 1; printf("%d\n", big[sizeof big - 1] + big[0]); }
