#include <stdio.h>
int main(void) {
    long a = 5000000000, b = 1L << 40, c = 100000L * 100000L;
    long long fits = 5000000000, also = 1LL << 40;
    printf("%ld\n", fits);
    return (void)a, (void)b, (void)c, (void)also, 0;
}
