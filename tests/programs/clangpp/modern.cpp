// What a tour of C++20 and C++23 costs to compile, with the program's own lambdas in every view.
#include <algorithm>
#include <chrono>
#include <expected>
#include <flat_map>
#include <format>
#include <functional>
#include <map>
#include <mdspan>
#include <numeric>
#include <optional>
#include <print>
#include <ranges>
#include <string>
#include <variant>
#include <vector>
namespace v = std::views;
namespace r = std::ranges;

template <class... F> struct overload : F... {
  using F::operator()...;
};

struct City {
  std::string name;
  int people;
  auto operator<=>(const City &) const = default;
};

template <> struct std::formatter<City> : std::formatter<std::string> {
  auto format(const City &city, auto &context) const {
    return std::formatter<std::string>::format(std::format("{} ({})", city.name, city.people), context);
  }
};

std::expected<int, std::string> number(std::string_view text) {
  int n = 0;
  for (char c : text) {
    if (c < '0' || c > '9')
      return std::unexpected(std::string("no digit: ") + c);
    n = n * 10 + (c - '0');
  }
  return n;
}

struct Counter {
  template <class Self> auto &&get(this Self &&self) { return std::forward<Self>(self).count; }
  int count = 9;
};

int main() {
  auto odd = [](int i) { return i % 2 != 0; };
  auto cubes = v::iota(0, 12) | v::filter(odd) | v::transform([](int i) { return i * i * i; }) | r::to<std::vector>();
  std::println("{} {:>6}|{:<6}|{:^8}|{:#b}|{:07.2f}|{:+}|{:e}", cubes, 17, "xyz", "c", 10, 2.71828, -7, 0.00012);
  auto map = std::vector<std::pair<const int, int>>{{5, 6}, {7, 8}} | r::to<std::map<int, int>>();
  std::println("{} {}", map, r::fold_left(cubes, 1, std::plus{}));
  for (auto word : std::string_view("one two three") | v::split(' '))
    std::print("<{}>", std::string_view(word));
  for (auto [a, b] : v::zip(cubes, std::vector{7, 8}))
    std::print("{}+{} ", a, b);
  std::println("{}", cubes | v::chunk_by([](int a, int b) { return b - a < 200; }) |
                         v::transform([](auto chunk) { return r::to<std::vector>(chunk); }) | r::to<std::vector>());
  std::println("{} {} {}", number("41").transform([](int n) { return n + 1; }).value(), number("4x").error_or("none"),
               number("q").or_else([](auto e) { return std::expected<int, std::string>(static_cast<int>(e.size())); }).value());
  std::variant<int, std::string> either = 12;
  auto size = std::visit(overload{[](int n) { return n; }, [](const std::string &s) { return static_cast<int>(s.size()); }}, either);
  std::println("{} {:?} {}", size, "a\t\"b\"", City{"Ulm", 126});
  std::flat_map<std::string, int> flat{{"z", 26}, {"y", 25}};
  std::println("{} {} {}", flat, Counter{}.get(), std::optional(4).and_then([](int n) { return std::optional(n * n); }).value());
  int grid[6] = {9, 8, 7, 6, 5, 4};
  std::mdspan view(grid, 3, 2);
  std::println("{} {}", view[2, 0], std::format("{:%F %A}", std::chrono::sys_days(std::chrono::days(20000))));
  std::println("{} {} {}", r::contains(cubes, 27), r::starts_with(cubes, std::vector{1, 27}), cubes | v::reverse | v::take(3) | r::to<std::vector>());
}
