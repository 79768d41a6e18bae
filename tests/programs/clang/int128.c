#include <stdio.h>
typedef unsigned __int128 u128;
int main(void) {
    u128 f = 1; for (int i = 2; i <= 30; i++) f *= i;
    char buf[50]; int n = 49; buf[n] = 0; while (f) { buf[--n] = '0' + (int)(f % 10); f /= 10; }
    puts(buf + n);
}
