#include <stdio.h>
int main(void) {
    long sum = 0; int n, count = 0;
    while (scanf("%d", &n) == 1) { sum += n; count++; }
    printf("%d numbers, sum %ld\n", count, sum);
}
