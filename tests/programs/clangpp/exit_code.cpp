#include <cstdlib>
#include <iostream>
struct S { ~S() { std::cout << "static destroyed\n"; } } s;
int main() { std::exit(200); }
