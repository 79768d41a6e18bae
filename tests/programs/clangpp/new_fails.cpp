#include <iostream>
#include <new>
int main() { try { volatile std::size_t n = std::size_t(-1) / 2; char *p = new char[n]; std::cout << (void *)p; } catch (const std::bad_alloc &e) { std::cout << "bad_alloc\n"; } }
