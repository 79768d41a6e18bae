#include <stdatomic.h>
#include <stdio.h>
int main(void) { atomic_int n = 1; atomic_fetch_add(&n, 4); _Thread_local static int t = 2; printf("%d %d\n", atomic_load(&n), t); }
