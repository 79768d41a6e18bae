#include <stdio.h>
int main(void) {
    int unused = 3;
    int x;
    printf("%d\n", x);
    return 0;
}
