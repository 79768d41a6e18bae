#include <cstdio>
#include <cstdlib>
#include <new>
void *operator new(std::size_t n) { std::printf("new %zu\n", n); return std::malloc(n); }
void operator delete(void *p) noexcept { std::puts("delete"); std::free(p); }
void operator delete(void *p, std::size_t) noexcept { std::puts("delete"); std::free(p); }
int main() { delete new int; }
