#include <map>
#include <print>
#include <set>
#include <string>
#include <tuple>
#include <vector>
int main() {
    std::map<std::string, std::vector<int>> groups{{"a", {1, 2}}, {"b", {}}};
    std::println("{} {} {}", groups, std::set<std::string>{"x", "y"}, std::vector<std::pair<std::string, int>>{{"k", 1}});
    std::println("{} {:?} {} {}", std::vector<std::vector<double>>{{1.5}, {2, 3}}, "q\"\n", std::tuple(1, "t", 2.5), std::vector{true, false});
    std::println("{::>4} {:n}", std::vector{1, 22}, std::vector{1, 2});
}
