#include <setjmp.h>
#include <stdio.h>
static jmp_buf env;
static void deep(int n) { if (n == 0) longjmp(env, 42); deep(n - 1); }
int main(void) {
    volatile int tries = 0;
    int r = setjmp(env);
    printf("setjmp -> %d\n", r);
    if (tries++ < 3) deep(tries * 10);
    puts("done");
}
