#include <iostream>
#include <memory>
#include <string>
#include <vector>
using namespace std::string_literals;
template <class T> constexpr T pi = T(3.14159);
auto twice = [](auto x) { return x + x; };
int main() {
    auto p = std::make_unique<std::string>("ab"s); std::vector<int> v{0b101, 1'000};
    std::cout << twice(*p) << twice(v[1]) << pi<int> << v[0] << ' ' << __cplusplus << '\n';
}
