#include <iostream>
#include <regex>
int main() {
    std::string s = "a1 b22 c333"; std::regex r("([a-z])(\\d+)");
    for (std::sregex_iterator i(s.begin(), s.end(), r), e; i != e; ++i) std::cout << (*i)[1] << ":" << (*i)[2] << ' ';
    std::cout << std::regex_replace(s, r, "$2$1") << std::regex_match("x9", r) << '\n';
    try { std::regex bad("("); } catch (const std::regex_error &e) { std::cout << "regex_error\n"; }
}
