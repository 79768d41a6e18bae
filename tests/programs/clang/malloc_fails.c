#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
int main(void) {
    size_t total = 0; void *volatile p;
    while ((p = malloc(64 << 20))) { total += 64; if (total > 5000) return 1; }
    printf("%s\n", strerror(errno));
}
