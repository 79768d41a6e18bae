#include <stdio.h>
int main(void) {
#ifdef __OPTIMIZE_SIZE__
    puts("small");
#endif
}
