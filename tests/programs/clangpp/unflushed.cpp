#include <iostream>
#include <stdexcept>
int main() { std::cout << "no newline"; throw std::runtime_error("x"); }
