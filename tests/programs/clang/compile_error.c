#include <stdio.h>

int main(void) {
    int x = 5
    x++;
    y = 3;
}
