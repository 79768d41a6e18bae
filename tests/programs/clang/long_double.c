#include <math.h>
#include <stdio.h>
int main(void) {
    long double x = 1.0L / 3;
    printf("%.30Lf\n", x);
    printf("%Lg %.3Le\n", sqrtl(2.0L), 1e4000L);
    long double y; sscanf("2.5", "%Lf", &y); printf("%.1Lf %d\n", y, (int)sizeof y);
}
