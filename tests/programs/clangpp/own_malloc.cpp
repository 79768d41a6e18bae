// A program that replaces a function of the library runs without the library's module.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <new>
static int count;
void *operator new(std::size_t size) {
    count++;
    return std::malloc(size);
}
void operator delete(void *p) noexcept { std::free(p); }
void operator delete(void *p, std::size_t) noexcept { std::free(p); }
int main() {
    std::string s(100, 'x');
    s += s;
    std::printf("%d\n", count);
}
