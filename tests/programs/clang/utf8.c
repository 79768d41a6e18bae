#include <stdio.h>
#include <string.h>
int main(void) { const char *s = "héllo ✓"; printf("%s %zu\n", s, strlen(s)); }
