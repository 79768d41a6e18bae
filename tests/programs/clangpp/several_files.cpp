#include "lib.hpp"
#include <iostream>
int main() { std::cout << greet("x") << counter() << counter() << '\n'; }
