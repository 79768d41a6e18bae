#include <iostream>
#include <iomanip>
int main() { long double x = 1.0L / 3; std::cout << std::setprecision(25) << x << '\n'; }
