#include <iostream>
#include <regex>
#include <string>
int main() {
    std::string text = "key-1 = val_2; x=9, 2024-02-29"; std::smatch found; std::regex word("[\\w\\-_]+");
    std::cout << std::regex_search(text, found, word) << found.str() << '|' << std::regex_replace(text, std::regex("(\\w+)\\s*=\\s*(\\w+)"), "$2:$1") << '\n';
    std::regex digits("\\d+"); for (std::sregex_iterator at(text.begin(), text.end(), digits), end; at != end; ++at) std::cout << at->str() << '@' << at->position() << ' ';
    std::regex separator("[;,]\\s*"); for (std::sregex_token_iterator at(text.begin(), text.end(), separator, -1), end; at != end; ++at) std::cout << '[' << *at << ']'; std::cout << '\n';
    for (const char *pattern : {"[", "(", "a{2", "*a", "[z-a]", "ok"}) try { std::regex made(pattern); std::cout << pattern << " ok\n"; } catch (const std::regex_error &error) { std::cout << pattern << " error " << (std::string(error.what()).size() > 5) << '\n'; }
    std::cout << std::regex_search("ABC", std::regex("b", std::regex::icase)) << std::regex_match("foo.txt", std::regex(".*\\.(txt|md)")) << std::regex_match("2024-02-29", std::regex(R"((\d{4})-(\d\d)-(\d\d))")) << '\n';
    std::cmatch place; std::wregex wide(L"(\u00e9)+"); std::cout << std::regex_search("x12", place, digits) << place[0] << std::regex_match(L"\u00e9\u00e9", wide) << '\n';
}
