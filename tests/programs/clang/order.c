#include <errno.h>
#include <stdio.h>
int main(void) { puts("out 1"); fputs("err 1\n", stderr); puts("out 2"); errno = ENOENT; perror("perror"); }
