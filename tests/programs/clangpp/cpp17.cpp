#include <any>
#include <iostream>
#include <optional>
#include <string_view>
#include <tuple>
int main() {
    if (auto [a, b] = std::tuple{1, 2.5}; a) std::cout << a << b << __cplusplus << std::any_cast<int>(std::any(3)) << '\n';
}
