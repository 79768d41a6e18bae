#include <bits/stdc++.h>
struct Base { virtual ~Base() = default; virtual int size() const = 0; };
struct Two final : Base { int size() const override { return 2; } };
template <typename... T> int count(T...) { return sizeof...(T); }
int main() {
    std::unique_ptr<Base> two(new Two); std::map<std::string, std::vector<int>> groups{{"a", {1, 2}}, {"b", {}}};
    for (const auto &group : groups) std::cout << group.first << group.second.size() << ' ';
    auto add = [](int a, int b) { return a + b; }; std::function<int(int)> inc = std::bind(add, std::placeholders::_1, 1);
    std::cout << two->size() << count(1, 'a', 2.0) << inc(4) << ' ' << std::get<1>(std::make_tuple(1, "x")) << std::to_string(7) << '\n';
    std::regex number("[0-9]+"); std::cout << std::regex_replace(std::string("a12b3"), number, "#") << '\n';
    try { throw std::runtime_error("thrown"); } catch (const std::exception &error) { std::cout << error.what() << '\n'; }
}
