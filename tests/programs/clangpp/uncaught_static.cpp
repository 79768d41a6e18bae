#include <stdexcept>
struct S { S() { throw std::runtime_error("in constructor"); } } s;
int main() {}
