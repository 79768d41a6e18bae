#include <chrono>
#include <format>
#include <iostream>
#include <ranges>
#include <span>
#include <string>
#include <vector>
int main() {
    std::cout << std::format("{:>8}|{:<6}|{:^7}|{:08.3f}|{:#x}|{:+d}|{}\n", "right", "left", "mid", 3.14159, 255, 5, true);
    auto even = std::views::iota(1, 20) | std::views::filter([](int x) { return x % 2 == 0; }) | std::views::transform([](int x) { return x * x; }) | std::views::take(4);
    for (int x : even) std::cout << x << ' ';
    std::string text = "a,b,c";
    for (auto part : text | std::views::split(',')) std::cout << '[' << std::string_view(part.begin(), part.end()) << ']';
    std::vector<std::string> words{"pear", "fig", "apple"};
    std::ranges::sort(words, {}, &std::string::size);
    for (auto &w : words) std::cout << ' ' << w;
    std::span<std::string> s(words); std::cout << ' ' << s.size() << ' ' << std::format("{}", std::vector<int>{1, 2}) << '\n';
    using namespace std::chrono; std::cout << duration_cast<milliseconds>(2s).count() << ' ' << std::format("{:%Y-%m-%d}", sys_days{2024y / 2 / 29}) << '\n';
}
