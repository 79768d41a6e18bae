#include <stdexcept>
void f() noexcept { throw std::runtime_error("x"); }
int main() { f(); }
