#include <stdio.h>
int main(int argc, char **argv) { puts("x"); return 10 / (argc - 1); }
