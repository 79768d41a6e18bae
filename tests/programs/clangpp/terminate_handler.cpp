#include <cstdio>
#include <cstdlib>
#include <exception>
int main() { std::set_terminate([] { std::puts("mine"); std::fflush(stdout); std::_Exit(3); }); throw 1; }
