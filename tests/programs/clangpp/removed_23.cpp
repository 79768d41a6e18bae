#include <algorithm>
#include <functional>
#include <iostream>
#include <memory>
#include <vector>
struct Less : std::binary_function<int, int, bool> { bool operator()(int a, int b) const { return a < b; } };
int main() {
    std::vector<int> v; for (int i = 1; i <= 4; i++) v.push_back(i);
    std::random_shuffle(v.begin(), v.end());
    std::cout << std::count_if(v.begin(), v.end(), std::bind2nd(Less(), 3)) << *std::auto_ptr<int>(new int(7))
              << std::count_if(v.begin(), v.end(), std::not1(std::bind1st(std::equal_to<int>(), 3))) << __cplusplus / 100 << '\n';
}
