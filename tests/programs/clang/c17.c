#include <stdio.h>
#include <stdbool.h>
#include <stdalign.h>
_Static_assert(sizeof(int) == 4, "int");
#define kind(x) _Generic((x), int: "int", double: "double", default: "other")
int main(void) { bool nullptr = false; printf("%s %s %d %ld\n", kind(1), kind(1.0), nullptr, __STDC_VERSION__); }
