#include <iomanip>
#include <iostream>
#include <sstream>
int main() {
    std::cout << std::setw(6) << std::setfill('*') << 42 << std::hex << std::showbase << 255 << std::dec << ' ' << std::fixed << std::setprecision(3) << 3.14159 << std::scientific << 12345.678 << std::boolalpha << true << std::left << std::setw(5) << 7 << "|" << std::quoted("q\"s") << '\n';
    std::ostringstream o; o << std::put_time(new std::tm{.tm_mday = 5, .tm_mon = 1, .tm_year = 124}, "%Y/%m/%d"); std::cout << o.str() << '\n';
}
