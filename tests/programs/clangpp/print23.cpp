#include <print>
#include <expected>
#include <optional>
#include <string>
#include <variant>
std::expected<int, std::string> half(int x) { if (x % 2) return std::unexpected("odd"); return x / 2; }
int main() {
    std::println("{} {}", half(4).value(), half(3).error());
    std::print("{:.2f}\n", 2.5);
    std::optional<int> o = half(8).transform([](int x) { return x + 1; }).value_or(0); std::println("{}", *o);
    std::variant<int, std::string> v = "text"; std::visit([](auto &x) { std::println("{}", x); }, v);
}
