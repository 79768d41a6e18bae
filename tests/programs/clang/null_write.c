int main(void) { int a[2]; volatile int *p = (int *)0xfffffff0; *p = 1; return a[0]; }
