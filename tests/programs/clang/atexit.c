#include <stdio.h>
#include <stdlib.h>
static void a(void) { puts("a"); }
static void b(void) { puts("b"); }
__attribute__((constructor)) static void first(void) { puts("constructor"); }
__attribute__((destructor)) static void last(void) { puts("destructor"); }
int main(void) { atexit(a); atexit(b); printf("main, no newline"); return 3; }
