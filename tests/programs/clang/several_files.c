#include <stdio.h>
#include "shape.h"
#include "lib/util.h"
int main(void) { printf("%.2f %d\n", area(2), twice(21)); }
