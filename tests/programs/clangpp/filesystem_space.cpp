#include <filesystem>
#include <fstream>
#include <iostream>
namespace fs = std::filesystem;
int main() {
    auto before = fs::space("/tmp"); std::ofstream("/tmp/file") << std::string(100000, 'x'); auto after = fs::space("/tmp");
    std::cout << (before.available > 0) << (before.available <= before.capacity) << (after.free < before.free) << '\n';
    std::error_code error; (void)fs::space("/none", error); std::cout << (error == std::errc::no_such_file_or_directory) << '\n';
}
