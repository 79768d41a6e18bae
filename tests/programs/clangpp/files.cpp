#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
namespace fs = std::filesystem;
int main() {
    std::ofstream("out.txt") << "line 1\nline 2\n";
    std::ifstream in("out.txt"); std::string line; while (std::getline(in, line)) std::cout << line << ';';
    fs::create_directories("a/b"); std::ofstream("a/b/c.txt") << 42;
    std::set<std::string> names; for (auto &e : fs::recursive_directory_iterator("a")) names.insert(e.path().string());
    for (auto &n : names) std::cout << n << ' ';
    std::cout << fs::file_size("out.txt") << fs::exists("nope") << fs::is_directory("a") << ' ' << fs::current_path().string() << ' ' << fs::path("/x/y.tar.gz").stem() << '\n';
    fs::copy_file("out.txt", "copy.txt"); fs::rename("copy.txt", "moved.txt"); std::cout << fs::exists("moved.txt") << fs::remove_all("a") << '\n';
    try { fs::file_size("none"); } catch (const fs::filesystem_error &e) { std::cout << e.code().message() << '\n'; }
    std::ifstream bad("none"); std::cout << !bad << '\n';
    std::ifstream given("in.txt"); int x; given >> x; std::cout << x << '\n';
}
