#include <cstdlib>
#include <cstdio>
int main() { std::puts("a"); std::abort(); }
