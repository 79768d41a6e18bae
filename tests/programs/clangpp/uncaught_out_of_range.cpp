#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>
namespace ns { struct Own : std::exception { const char *what() const noexcept override { return "own what"; } }; }
int main() {
    std::cout << "before" << std::endl;
    std::vector<int>().at(1);
}
