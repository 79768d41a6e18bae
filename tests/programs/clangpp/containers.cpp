#include <algorithm>
#include <iostream>
#include <map>
#include <string>
#include <vector>
int main() {
    std::vector<int> v{5, 3, 9, 1};
    std::sort(v.begin(), v.end());
    std::map<std::string, int> m{{"b", 2}, {"a", 1}};
    for (int x : v) std::cout << x << ' ';
    for (const auto &[k, n] : m) std::cout << k << '=' << n << '\n';
    std::cout << "done " << 3.5 << std::endl;
}
