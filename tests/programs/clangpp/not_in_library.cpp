#include <ranges>
#include <vector>
int main() {
    std::vector<int> v{1, 2, 3};
    for (auto part : v | std::views::chunk(2)) (void)part;
}
