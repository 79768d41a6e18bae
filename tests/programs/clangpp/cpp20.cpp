#include <compare>
#include <concepts>
#include <iostream>
#include <numbers>
#include <source_location>
template <std::integral T> T twice(T x) { return 2 * x; }
struct P { int x, y; auto operator<=>(const P &) const = default; };
int main() { std::cout << twice(21) << (P{1, 2} < P{1, 3}) << std::numbers::pi << std::source_location::current().line() << __cplusplus << '\n'; }
