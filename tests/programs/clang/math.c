#include <math.h>
#include <stdio.h>
int main(void) {
    printf("%.6f %.6f %.6f\n", sqrt(2), pow(2, 0.5), cbrt(27));
    printf("%.4f %.4f %.4f %.4f\n", sin(1), cos(1), tan(1), atan2(1, 2));
    printf("%.3e %g %a\n", exp(100), log(1e-300), 0.1);
    printf("%f %f %d %d\n", INFINITY, -NAN, isnan(NAN), isinf(-INFINITY));
    printf("%g %g %g %g\n", floor(-1.5), ceil(-1.5), round(2.5), trunc(-2.7));
    printf("%g %g %ld\n", fmod(10, 3.3), hypot(3, 4), lround(2.5));
    printf("%.15g %.17g\n", M_PI, 0.1 + 0.2);
    printf("%g %g\n", tgamma(5), lgamma(10));
}
