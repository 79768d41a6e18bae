#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
static void on_abort(int s) { (void)s; puts("handler"); fflush(stdout); }
int main(void) { signal(SIGABRT, on_abort); abort(); }
