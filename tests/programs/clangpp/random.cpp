#include <iostream>
#include <random>
int main() { std::mt19937 g(42); std::uniform_int_distribution<int> d(1, 6); std::random_device rd; std::cout << g() << ' ' << (d(g) <= 6) << (rd() != rd()) << '\n'; }
