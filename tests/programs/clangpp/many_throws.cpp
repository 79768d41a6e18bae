// Exceptions that cross the library's frames leave its stack as it was.
#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>
int main() {
    int caught = 0;
    for (int i = 0; i < 100000; i++) {
        try {
            if (i % 2) {
                (void)std::stoi("x");
            } else {
                std::vector<std::string> v{"b", "a"};
                std::sort(v.begin(), v.end(), [](const auto &a, const auto &b) -> bool { throw std::out_of_range(a + b); });
            }
        } catch (const std::logic_error &) {
            caught++;
        }
    }
    std::cout << caught << '\n';
}
