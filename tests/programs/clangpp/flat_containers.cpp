#include <flat_map>
#include <flat_set>
#include <print>
#include <ranges>
#include <string>
#include <vector>
int main() {
    std::flat_map<std::string, int> ages{{"b", 2}, {"a", 1}}; ages["c"] = 3; ages.erase("b");
    std::flat_set<int> numbers{3, 1, 2};
    std::println("{} {} {}", ages, numbers, ages.contains("a"));
    for (auto [key, value] : ages) std::print("{}={} ", key, value);
    std::println("{}", std::vector{5, 6, 7} | std::views::reverse | std::views::take(2) | std::ranges::to<std::vector>());
}
