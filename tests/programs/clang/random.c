#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
int main(void) { srand(1); int a = rand(); srand(1); unsigned char b[16]; printf("%d %d\n", a == rand(), getentropy(b, 16)); }
