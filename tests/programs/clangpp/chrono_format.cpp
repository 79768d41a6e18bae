#include <chrono>
#include <format>
#include <iostream>
int main() {
    using namespace std::chrono;
    std::cout << std::format("{:%Y-%m-%d}", sys_days{2024y / 2 / 29}) << ' ' << duration_cast<milliseconds>(2s).count() << '\n';
}
